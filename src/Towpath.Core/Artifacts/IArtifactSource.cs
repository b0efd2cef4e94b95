using Towpath.Core.Operators;

namespace Towpath.Core.Artifacts;

/// <summary>Reads artifacts of one scheme (<c>file</c>, <c>s3</c>, <c>oci</c>). Registered by whoever can read them.</summary>
public interface IArtifactSource
{
    string Scheme { get; }

    /// <summary>
    /// Why the operator does not allow an app spec to name this place, in a sentence that says what to change; null where it is allowed.
    /// Called when specs are taken up and again before anything is looked up.
    /// </summary>
    /// <param name="source">
    /// The <c>source</c> with <c>{slug}</c> filled in. What depends on a build, such as <c>{sha}</c>, may still stand in braces.
    /// </param>
    /// <param name="limits">The operator's limits for the application's repository.</param>
    string? Check(string source, OperatorLimits limits);

    /// <summary>Finds the bytes and names them by digest, without keeping them.</summary>
    /// <exception cref="IOException">The source could not be asked; the message says what happened and is fit to be shown.</exception>
    Task<ArtifactLookup> DescribeAsync(string reference, CancellationToken cancellationToken);

    /// <summary>Opens the bytes. The caller verifies the digest while it reads.</summary>
    /// <exception cref="IOException">The source could not be read; worth another try.</exception>
    Task<Stream> OpenAsync(string reference, CancellationToken cancellationToken);
}

public abstract record ArtifactLookup
{
    public sealed record Found(Digest Digest, long Size) : ArtifactLookup;

    /// <summary>There is nothing under that reference.</summary>
    public sealed record Missing(string Reason) : ArtifactLookup;

    /// <summary>The operator's settings do not allow reading there.</summary>
    public sealed record Refused(string Reason) : ArtifactLookup;
}
