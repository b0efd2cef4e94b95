using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Logins;

/// <summary>
/// Somebody whom a provider vouches for. User names of different sources cannot meet: a GitHub login has neither <c>@</c> nor <c>:</c>, a mail address
/// has the one, and any other claim stands behind its provider's name and the other.
/// </summary>
/// <param name="User">The name that roles know.</param>
/// <param name="Provider">Who vouches.</param>
/// <param name="Account">The provider's own id of the account, which renaming does not change.</param>
public sealed partial record OutsidePerson(string User, string Provider, string Account)
{
    private const int LongestName = 200;

    /// <summary>Names that stand for Towpath itself and for whoever comes with the one-time link.</summary>
    private static readonly string[] Reserved = ["administrator", "towpath"];

    public static Answer<OutsidePerson> OfGitHub(long id, string login, string? type)
    {
        if (type is not (null or "User") || id <= 0 || !Login().IsMatch(login)) return Refusal.NotAllowed("not_a_person", $"'{PlainLines.Of(login)}' is no person's account on GitHub.");
        return Reserved.Contains(login, StringComparer.OrdinalIgnoreCase)
            ? Refusal.NotAllowed("reserved_name", $"'{PlainLines.Of(login)}' is a name that Towpath keeps for itself. Use another account.")
            : new OutsidePerson(login, GitHubLogin.Provider, id.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Null where it is no plain mail address. Lower case, so that one person has one name.</summary>
    public static string? Mail(string? text) => text is { Length: <= LongestName } && Address().IsMatch(text) ? text.ToLowerInvariant() : null;

    /// <summary>Null where the claim is no name.</summary>
    public static string? Named(string provider, string? claim) =>
        claim is { Length: > 0 and <= LongestName } && !claim.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) ? $"{provider}:{claim}" : null;

    /// <summary>The token behind all sessions of this account; the same for each login, so that revoking it ends all of them.</summary>
    public string TokenId => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"login {Provider} {Account}")))[..32];

    public string TokenName => TokenNameOf(Provider);

    public static string TokenNameOf(string provider) => $"login by {provider}";

    // Enterprise Managed Users have an underscore before their company's short name.
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\\z", RegexOptions.None, 1000)]
    private static partial Regex Login();

    [GeneratedRegex("^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
