using System.Net;
using Towpath.Core.Targets;

namespace Towpath.Oci.Calling;

/// <summary>A registry said no, answered nonsense, or could not be reached after retries. Holds its own code and message; never a secret.</summary>
public sealed class RegistryException(RegistryFailure failure, Exception? innerException = null) : IOException(failure.ToString(), innerException), IExplainedFault
{
    public RegistryFailure Failure => failure;

    public RefusalKind Kind => IsDenied ? RefusalKind.NotAllowed : RefusalKind.Technical;

    public string FaultCode => IsDenied ? "registry_denied" : "registry";

    public string Explanation => Message;

    /// <summary>There is no such manifest, blob, tag or repository.</summary>
    public bool IsMissing => failure.Status == (int)HttpStatusCode.NotFound;

    /// <summary>Credentials are missing, wrong or not allowed to do this.</summary>
    public bool IsDenied => failure.Status is (int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.Forbidden;
}

/// <param name="Registry">The registry's host.</param>
/// <param name="Action">What was tried, such as <c>reading the manifest of ghcr.io/acme/web:v1</c>.</param>
/// <param name="Status">HTTP status; 0 where there was no answer, or one that makes no sense.</param>
/// <param name="Code">The registry's code, such as <c>MANIFEST_UNKNOWN</c>; else one of our own in lower case.</param>
/// <param name="Message">The registry's message, or what was found and what to do.</param>
public sealed record RegistryFailure(string Registry, string Action, int Status, string Code, string Message)
{
    /// <summary>What <c>Retry-After</c> said.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Worth another try: throttled, a fault of the registry, or no answer at all.</summary>
    public bool IsTransient { get; init; }

    public override string ToString() =>
        $"{Registry}, {Action}: {Code}{(Message.Length > 0 ? $": {Message}" : "")}{(Status == 0 ? "" : $" (HTTP {Status})")}";
}
