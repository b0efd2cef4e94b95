using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Towpath.GitHub.Apps;

namespace Towpath.GitHub.Calling;

/// <summary>Finds the token for a call, and has it made with it; once more with a new one where the installation's does not count any longer.</summary>
public sealed class GitHubClient(GitHubSender sender, AppJwt app, InstallationTokens tokens) : IGitHubClient
{
    /// <summary>A list that has more is not read by us.</summary>
    private const int MostPages = 1000;

    public async Task<GitHubAnswer<T>> SendAsync<T>(GitHubRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(request, cancellationToken);
        return new GitHubAnswer<T>(reply.Status, reply.Failure is null && reply.Body.Length > 0 ? Read(request, reply, type) : default) { Failure = reply.Failure };
    }

    public async Task<GitHubReply> SendAsync(GitHubRequest request, CancellationToken cancellationToken)
    {
        if (request.Caller is not GitHubCaller.Installation { Id: var id }) return await sender.SendAsync(request, HeaderOf(request.Caller), cancellationToken);
        var token = await tokens.GetAsync(id, cancellationToken);
        try
        {
            return await sender.SendAsync(request, token.Header, cancellationToken);
        }
        catch (GitHubException e) when (e.IsAboutCredentials)
        {
            tokens.Forget(id, token);
            return await sender.SendAsync(request, (await tokens.GetAsync(id, cancellationToken)).Header, cancellationToken);
        }
    }

    public async IAsyncEnumerable<T> PagesAsync<T>(GitHubRequest request, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = 1; page <= MostPages; page++)
        {
            var reply = await SendAsync(request, cancellationToken);
            yield return Read(request, reply, type);
            if (reply.Next is not { } next) yield break;
            request = request with { Path = next };
        }

        throw new GitHubException(new GitHubFailure(request.Action, 0, "bad_answer", $"the list has more than {MostPages} pages"));
    }

    private AuthenticationHeaderValue? HeaderOf(GitHubCaller caller) => caller switch
    {
        GitHubCaller.App => app.Create(),
        GitHubCaller.User user => new AuthenticationHeaderValue("Bearer", user.Token),
        _ => null,
    };

    internal static T Read<T>(GitHubRequest request, GitHubReply reply, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body.Span, type) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Without the parser's words: they may repeat a secret.
            throw new GitHubException(new GitHubFailure(request.Action, reply.Status, "bad_answer", "it answers with something else than its documentation says") { MayHaveHappened = !request.IsRepeatable });
        }
    }
}
