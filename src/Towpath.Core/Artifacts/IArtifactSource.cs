namespace Towpath.Core.Artifacts;

/// <summary>Reads artifacts of one scheme (<c>file</c>, <c>s3</c>, <c>oci</c>). Registered by whoever can read them.</summary>
public interface IArtifactSource
{
    string Scheme { get; }

    /// <summary>Finds the bytes and names them by digest, without keeping them.</summary>
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
