using MartechGrains.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace MartechGrains.Server.Tests.Hosting;

public sealed class EncodedPathTests
{
    [Theory]
    [InlineData("acct/42")]
    [InlineData("a%2Fb")]
    [InlineData("a%252fb%")]
    [InlineData("a:b:explain")]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("a b+c?d#e\\")]
    [InlineData("ünï😀")]
    public void What_is_encoded_in_a_segment_comes_back_as_it_was_and_is_never_two(string id)
    {
        var request = new DefaultHttpContext().Request;
        request.Path = "/as/the/framework/reads/it";

        var segment = Uri.EscapeDataString(id).Replace(".", "%2e", StringComparison.Ordinal);
        EncodedPath.Protect(request, $"/v1/{segment}/%25?p=/");

        var segments = request.Path.Value!.Split('/');
        Assert.Equal(4, segments.Length);
        Assert.DoesNotContain(':', segments[2]);
        var variables = new RouteValueDictionary { ["id"] = segments[2], ["other"] = "x", ["number"] = 7 };
        EncodedPath.Restore(variables);
        Assert.Equal((id, "x", 7), (variables["id"], variables["other"], variables["number"]));
    }

    [Theory]
    [InlineData("/v1/plain")]
    [InlineData("/v1/%C3%A9?x=%2F")]
    [InlineData("/v1/../%2F")]
    [InlineData("http://host/v1/%2F")]
    [InlineData("*")]
    public void Other_paths_stay_as_the_framework_reads_them(string target)
    {
        var request = new DefaultHttpContext().Request;
        request.Path = "/as/it/was";

        EncodedPath.Protect(request, target);

        Assert.Equal("/as/it/was", request.Path);
    }
}
