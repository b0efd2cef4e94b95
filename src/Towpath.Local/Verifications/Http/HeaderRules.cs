using Towpath.Core;
using Towpath.Core.Operators;

namespace Towpath.Local.Verifications.Http;

/// <summary>Which headers specs may send, and where their values come from.</summary>
internal static class HeaderRules
{
    private const string Reference = "env:";

    // Those that decide where a request goes and where it ends are not for specs.
    private static readonly string[] Forbidden =
        ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "TE", "Trailer", "Expect", "Proxy-Authorization", "Proxy-Connection", "Keep-Alive"];

    private static readonly string[] Secret = ["Authorization", "Cookie", "X-Api-Key"];

    public static IEnumerable<string> Problems(string name, string value, OperatorLimits limits)
    {
        if (Forbidden.Contains(name, StringComparer.OrdinalIgnoreCase)) yield return $"the header '{name}' is set by Towpath itself; leave it out";
        if (NameOf(value) is { } reference)
        {
            if (!limits.EnvironmentNames.Contains(reference, StringComparer.Ordinal))
                yield return $"the header '{name}' refers to env:{PlainText.Of(reference, 100)}, which the operator does not allow; "
                    + "let them add the name to `allow: { env: […] }` in towpath.yaml";
            yield break;
        }

        if (Secret.Contains(name, StringComparer.OrdinalIgnoreCase)) yield return $"the header '{name}' carries a secret, so its value must be a reference such as env:NAME";
        if (value.Any(char.IsControl) || !value.All(char.IsAscii)) yield return $"the header '{name}' holds characters that a header cannot have";
    }

    /// <summary>The variable that a value refers to; null for a plain value.</summary>
    public static string? NameOf(string value) => value.StartsWith(Reference, StringComparison.Ordinal) ? value[Reference.Length..] : null;
}
