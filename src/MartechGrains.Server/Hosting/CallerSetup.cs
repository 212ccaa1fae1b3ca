using System.Net;
using MartechGrains.Server.Access;
using MartechGrains.Server.Errors;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;

namespace MartechGrains.Server.Hosting;

/// <summary>What stands before all endpoints: proxies, names, web pages.</summary>
internal static class CallerSetup
{
    /// <summary>The pages that may send events.</summary>
    public const string Senders = "senders";

    /// <summary>How long a browser may remember what a page may send; browsers cap it at this.</summary>
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(2);

    /// <summary>Adds the rules.</summary>
    public static void AddCallers(this IServiceCollection services, ServerOptions options)
    {
        var rules = new CallerRules(IPAddress.Parse(options.Network.Listen), options.Callers);
        services.AddSingleton(rules);
        services.AddCors(cors => cors.AddPolicy(Senders, policy =>
        {
            if (rules.AdmitsAnySender) policy.AllowAnyOrigin();
            else policy.SetIsOriginAllowed(rules.IsSender);
            // SDKs add headers of their own with every release; the size of all together is limited.
            policy.AllowAnyHeader().WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post)
                .WithExposedHeaders("Retry-After", "X-RateLimit-Reset").SetPreflightMaxAge(RememberedFor);
        }));
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
                | ForwardedHeaders.XForwardedHost;
            // As many proxies as are trusted, each telling of the one before.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in options.Callers.ProxyNetworks) forwarded.KnownIPNetworks.Add(network);
        });
    }

    /// <summary>Lets those calls through that may be made, to what they call.</summary>
    public static void UseCallers(this WebApplication app, ServerOptions options)
    {
        // Without a network, the framework would heed everybody.
        if (options.Callers.TrustedProxies.Count > 0) app.UseForwardedHeaders();
        app.UseStatusCodePages(static context => UnansweredCall.TellAsync(context.HttpContext));
        app.Use(static (http, next) =>
        {
            EncodedPath.Protect(http.Request, http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            return next(http);
        });
        app.UseRouting();
        app.UseMiddleware<CallerMiddleware>();
        app.UseCors();
        app.Use(static (http, next) =>
        {
            EncodedPath.Restore(http.Request.RouteValues);
            return next(http);
        });
    }
}
