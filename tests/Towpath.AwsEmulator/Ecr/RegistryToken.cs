using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>The password for the registry's own protocol: user AWS, good for 12 hours, for every registry that its account may see.</summary>
internal static class RegistryToken
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static JsonObject Get(Region region, JsonObject input)
    {
        _ = input;
        var expires = region.Now + Lifetime;
        var claim = $"{region.Account}.{expires.ToUnixTimeSeconds()}";
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes($"AWS:{claim}.{Seal(claim)}"));
        return Json.Object(("authorizationData", Json.Array([Json.Object(
            ("authorizationToken", token), ("expiresAt", Json.Epoch(expires)), ("proxyEndpoint", $"https://{region.Ecr.Host}"))])));
    }

    /// <summary>The account that a password was given to; null where it is wrong or too old.</summary>
    public static string? AccountOf(string password, DateTimeOffset now)
    {
        var parts = password.Split('.');
        return parts is [var account, var expires, var seal] && seal == Seal($"{account}.{expires}")
            && long.TryParse(expires, out var until) && until > now.ToUnixTimeSeconds() ? account : null;
    }

    private static string Seal(string claim) => Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(claim)));
}
