using Google.Protobuf;
using Grpc.Core;
using MartechGrains.Protocol.Activation.V1;

namespace MartechGrains.Server.Activation;

/// <summary>
/// Binds the activation service, as the generated code would, but with answers that are encoded already. The generated
/// base class has each answer built of objects and serialised anew, which takes longer than all else in a lookup.
/// </summary>
[BindServiceMethod(typeof(ActivationBinding), nameof(BindService))]
internal abstract class ActivationBinding
{
    private static readonly Method<GetProfileRequest, ProfileAnswer> s_getProfile =
        Unary<GetProfileRequest, ProfileAnswer>(nameof(GetProfile), GetProfileRequest.Parser);

    private static readonly Method<LookupProfilesRequest, LookupAnswer> s_lookupProfiles =
        Unary<LookupProfilesRequest, LookupAnswer>(nameof(LookupProfiles), LookupProfilesRequest.Parser);

    /// <summary>The service; JSON transcoding and reflection look for it under this name.</summary>
    public static Google.Protobuf.Reflection.ServiceDescriptor Descriptor => ActivationService.Descriptor;

    /// <summary>Names the methods to a server; gRPC and JSON transcoding look for them here.</summary>
    public static void BindService(ServiceBinderBase binder, ActivationBinding? service)
    {
        binder.AddMethod(s_getProfile, service is null ? null : service.GetProfile);
        binder.AddMethod(s_lookupProfiles, service is null ? null : service.LookupProfiles);
    }

    /// <summary>Reads one profile.</summary>
    public abstract Task<ProfileAnswer> GetProfile(GetProfileRequest request, ServerCallContext context);

    /// <summary>Reads several profiles.</summary>
    public abstract Task<LookupAnswer> LookupProfiles(LookupProfilesRequest request, ServerCallContext context);

    private static Method<TRequest, TAnswer> Unary<TRequest, TAnswer>(string name, MessageParser<TRequest> parser)
        where TRequest : class, IMessage<TRequest>
        where TAnswer : WireAnswer => new(
            MethodType.Unary, ActivationService.Descriptor.FullName, name,
            Marshallers.Create(
                static (request, context) => throw new NotSupportedException("A server reads requests."),
                context => parser.ParseFrom(context.PayloadAsReadOnlySequence())),
            Marshallers.Create<TAnswer>(
                WireAnswer.Serialise,
                static context => throw new NotSupportedException("A server writes answers.")));
}
