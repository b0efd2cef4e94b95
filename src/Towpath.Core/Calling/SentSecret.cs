using System.Net.Http.Headers;
using System.Text;

namespace Towpath.Core.Calling;

/// <summary>Whoever repeats what was sent to them must not put a secret into our logs.</summary>
public static class SentSecret
{
    /// <summary>The message without the token, or the login and its password, that went with the request.</summary>
    public static string Redact(string message, AuthenticationHeaderValue? sent)
    {
        if (sent?.Parameter is not { Length: > 0 } secret) return message;
        var redacted = message.Replace(secret, "***", StringComparison.Ordinal);
        var bytes = new byte[secret.Length];
        if (!string.Equals(sent.Scheme, "Basic", StringComparison.Ordinal) || !Convert.TryFromBase64String(secret, bytes, out var length)) return redacted;
        var login = Encoding.UTF8.GetString(bytes, 0, length);
        var password = login[(login.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return password.Length == 0 ? redacted : redacted.Replace(password, "***", StringComparison.Ordinal);
    }
}
