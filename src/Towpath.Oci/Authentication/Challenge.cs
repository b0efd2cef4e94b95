using System.Net.Http.Headers;

namespace Towpath.Oci.Authentication;

/// <summary>What a registry asks for in <c>WWW-Authenticate</c> (RFC 9110, section 11.6.1; distribution token specification).</summary>
internal abstract record Challenge
{
    public sealed record Basic : Challenge;

    /// <param name="Realm">Where tokens are had.</param>
    /// <param name="Service">What the token is for.</param>
    /// <param name="Scope">What it must allow.</param>
    public sealed record Bearer(string Realm, string? Service, string? Scope) : Challenge;

    /// <summary>The challenge that can be answered, tokens before passwords; null where there is none.</summary>
    public static Challenge? Of(HttpHeaderValueCollection<AuthenticationHeaderValue> challenges)
    {
        var bearer = challenges.FirstOrDefault(c => Is(c, "Bearer"));
        if (bearer?.Parameter is { } text)
        {
            var parameters = ParametersOf(text);
            if (parameters.TryGetValue("realm", out var realm))
                return new Bearer(realm, parameters.GetValueOrDefault("service"), parameters.GetValueOrDefault("scope"));
        }

        return challenges.Any(c => Is(c, "Basic")) ? new Basic() : null;
    }

    private static bool Is(AuthenticationHeaderValue challenge, string scheme) => string.Equals(challenge.Scheme, scheme, StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> ParametersOf(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        while (at < text.Length && text.IndexOf('=', at) is >= 0 and var equals)
        {
            var name = text[at..equals].Trim(' ', ',', '\t');
            (var value, at) = ValueAt(text, equals + 1);
            parameters.TryAdd(name, value);
        }

        return parameters;
    }

    /// <summary>A quoted string with its escapes, or what stands before the next comma.</summary>
    private static (string Value, int Next) ValueAt(string text, int at)
    {
        if (at >= text.Length || text[at] != '"')
        {
            var comma = text.IndexOf(',', at);
            return comma < 0 ? (text[at..].Trim(), text.Length) : (text[at..comma].Trim(), comma + 1);
        }

        var value = new System.Text.StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at]);
        }

        return (value.ToString(), at + 1);
    }
}
