using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Jws;

namespace Towpath.GitHub.Apps;

/// <summary>What proves that we are the App (GitHub documentation, "Generating a JSON Web Token (JWT) for a GitHub App").</summary>
public sealed class AppJwt(IGitHubAppSource source, TimeProvider time) : IDisposable
{
    /// <summary>GitHub's clock may be behind ours.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(60);

    /// <summary>GitHub takes ten minutes at the most, by its own clock.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(9);

    private readonly Lock _lock = new();
    private (string Pem, RSA Key)? _key;

    /// <exception cref="GitHubConfigurationException">There is no App, or its private key cannot be used.</exception>
    public AuthenticationHeaderValue Create()
    {
        var app = source.Current ?? throw new GitHubConfigurationException("there is no GitHub App yet: create one from the dashboard, or write `github:` with `app_id` and `private_key` into towpath.yaml");
        var now = time.GetUtcNow();
        var claims = $$"""{"iat":{{(now - Before).ToUnixTimeSeconds()}},"exp":{{(now + Life).ToUnixTimeSeconds()}},"iss":"{{app.AppId}}"}""";
        // A key is for one at a time.
        lock (_lock) return new AuthenticationHeaderValue("Bearer", Rs256.Sign(KeyOf(app), Encoding.UTF8.GetBytes(claims)));
    }

    public void Dispose() => _key?.Key.Dispose();

    private RSA KeyOf(GitHubAppSettings app)
    {
        if (_key is { } known && string.Equals(known.Pem, app.PrivateKey, StringComparison.Ordinal)) return known.Key;
        var key = Rs256.ReadPrivateKey(app.PrivateKey, out var reason)
            ?? throw new GitHubConfigurationException($"the private key of GitHub App {app.AppId} {reason}; make a new one in the App's settings on GitHub");
        _key?.Key.Dispose();
        _key = (app.PrivateKey, key);
        return key;
    }
}
