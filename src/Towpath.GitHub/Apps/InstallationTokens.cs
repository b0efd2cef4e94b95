using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Serialization;
using Towpath.Core.Calling;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Apps;

/// <summary>The App's tokens where it is installed: each kept until it nears its end, and asked for by one caller at a time.</summary>
public sealed class InstallationTokens(GitHubSender sender, AppJwt app, TimeProvider time)
{
    /// <summary>A token is renewed when less than this is left: longer than any call takes.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<long, Kept<InstallationToken>> _tokens = new();

    /// <exception cref="GitHubException">The App is not installed there any longer, or GitHub could not be reached.</exception>
    /// <exception cref="GitHubConfigurationException">There is no App, or its private key cannot be used.</exception>
    public Task<InstallationToken> GetAsync(long installation, CancellationToken cancellationToken) =>
        _tokens.GetOrAdd(installation, _ => new Kept<InstallationToken>())
            .GetAsync(() => FetchAsync(installation, cancellationToken), token => token.ExpiresAt - time.GetUtcNow() > Margin, cancellationToken);

    /// <summary>GitHub does not take this one any longer. A newer one stays.</summary>
    public void Forget(long installation, InstallationToken token)
    {
        if (_tokens.TryGetValue(installation, out var kept)) kept.Forget(token);
    }

    /// <summary><c>POST /app/installations/{installation_id}/access_tokens</c></summary>
    private async Task<InstallationToken> FetchAsync(long installation, CancellationToken cancellationToken)
    {
        // Making a second token where the first one's answer was lost does no harm.
        var request = GitHubRequest.Post(GitHubCaller.TheApp, $"getting a token of installation {installation}", $"app/installations/{installation}/access_tokens") with { IsRepeatable = true, IsContent = false };
        var reply = await sender.SendAsync(request, app.Create(), cancellationToken);
        var answer = GitHubClient.Read(request, reply, InstallationTokenJson.Default.TokenAnswer);
        return AuthenticationHeaderValue.TryParse($"Bearer {answer.Token}", out var header)
            ? new InstallationToken(header, answer.ExpiresAt)
            : throw new GitHubException(new GitHubFailure(request.Action, reply.Status, "bad_answer", "it answers with something that is no token"));
    }
}

/// <param name="Header">What goes with a call.</param>
/// <param name="ExpiresAt">When it ends: an hour after it was made.</param>
public sealed record InstallationToken(AuthenticationHeaderValue Header, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"token until {ExpiresAt:u}";
}

internal sealed record TokenAnswer(string Token, DateTimeOffset ExpiresAt)
{
    public override string ToString() => nameof(TokenAnswer);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class InstallationTokenJson : JsonSerializerContext;
