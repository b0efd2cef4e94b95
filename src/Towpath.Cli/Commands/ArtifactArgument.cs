using Towpath.Core.Artifacts;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>[NAME=]REFERENCE[@sha256:…]</c>.</summary>
internal static class ArtifactArgument
{
    public static ReportedArtifact Parse(string text)
    {
        var (name, rest) = Named(text);
        var at = rest.LastIndexOf('@');
        return at > 0 && Digest.TryParse(rest[(at + 1)..], out var digest)
            ? new ReportedArtifact(rest[..at], name, digest.Value)
            : new ReportedArtifact(rest, name);
    }

    /// <summary>A name has no slash, colon or dot, so that paths and URLs with <c>=</c> in them stay whole.</summary>
    private static (string Name, string Reference) Named(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && text.AsSpan(0, equals).IndexOfAny('/', ':', '.') < 0
            ? (text[..equals], text[(equals + 1)..])
            : (Artifact.DefaultName, text);
    }
}
