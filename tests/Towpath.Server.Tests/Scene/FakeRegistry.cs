using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Server.Tests.Scene;

/// <summary>Has every tag of every repository, with the tag's own text as bytes, and every digest that is asked for; the tag <c>unreachable</c> is.</summary>
internal sealed class FakeRegistry : IArtifactSource
{
    public string Scheme => ArtifactScheme.Oci;

    public string? Check(string source, OperatorLimits limits) =>
        source.StartsWith("private.", StringComparison.Ordinal) ? ProjectChecks.Registry(limits, source) : null;

    public Task<ArtifactLookup> DescribeAsync(string reference, CancellationToken cancellationToken)
    {
        var image = ContainerReference.Split(reference);
        if (image.Tag == "unreachable") throw new IOException("registry.example.com does not answer");
        ArtifactLookup answer = image.Tag is { } tag ? new ArtifactLookup.Found(Digest.Of(tag), 1)
            : Digest.TryParse(image.Digest, out var digest) ? new ArtifactLookup.Found(digest, 1)
            : new ArtifactLookup.Missing($"'{reference}' names nothing");
        return Task.FromResult(answer);
    }

    public Task<Stream> OpenAsync(string reference, CancellationToken cancellationToken) => throw new NotSupportedException();
}
