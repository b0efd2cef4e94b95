using System.Text;
using Towpath.GitHubEmulator.Apps;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>Reads who a call comes from. Source: GitHub, "Authenticating to the REST API".</summary>
internal static class Authentication
{
    public static Caller CallerOf(EmulatorWorld world, HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0) return new Caller.Anonymous();
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) throw GitHubFault.BadCredentials();
        var (scheme, value) = (header[..space].ToLowerInvariant(), header[(space + 1)..].Trim());
        return scheme switch
        {
            "bearer" or "token" => OfToken(world, value),
            "basic" => OfPassword(world, value),
            _ => throw GitHubFault.BadCredentials(),
        };
    }

    private static Caller OfToken(EmulatorWorld world, string token)
    {
        if (token.StartsWith("ey", StringComparison.Ordinal)) return new Caller.Application(AppJwtCheck.Check(world, token));
        if (world.Apps.TokenOf(token) is { } installation) return new Caller.OfInstallation(installation);
        if (world.Accounts.PersonOf(token) is { } person) return person;
        throw GitHubFault.BadCredentials();
    }

    /// <summary><c>x-access-token:TOKEN</c>, or an app's client id with its secret.</summary>
    private static Caller OfPassword(EmulatorWorld world, string value)
    {
        var pair = Encoding.UTF8.GetString(Base64(value)).Split(':', 2);
        if (pair.Length != 2) throw GitHubFault.BadCredentials();
        return world.Apps.ByClientId(pair[0]) is { } app && app.ClientSecret == pair[1] ? new Caller.Application(app) : OfToken(world, pair[1]);
    }

    private static byte[] Base64(string value)
    {
        try
        {
            return Convert.FromBase64String(value);
        }
        catch (FormatException)
        {
            throw GitHubFault.BadCredentials();
        }
    }
}
