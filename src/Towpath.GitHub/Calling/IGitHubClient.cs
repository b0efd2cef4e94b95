using System.Text.Json.Serialization.Metadata;

namespace Towpath.GitHub.Calling;

/// <summary>Calls GitHub's REST API as the App, one of its installations or a person. The calls themselves stand in <c>Rest/</c>.</summary>
public interface IGitHubClient
{
    /// <summary>Calls, and reads the answer.</summary>
    /// <exception cref="GitHubException">GitHub said no, answered nonsense, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">It would have to wait too long for its limit.</exception>
    Task<GitHubAnswer<T>> SendAsync<T>(GitHubRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken);

    /// <summary>Calls, and returns the answer's bytes.</summary>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">It would have to wait too long for its limit.</exception>
    Task<GitHubReply> SendAsync(GitHubRequest request, CancellationToken cancellationToken);

    /// <summary>Reads a list page by page; whoever stops asking makes no more calls.</summary>
    /// <exception cref="GitHubException">GitHub said no, answered nonsense, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">It would have to wait too long for its limit.</exception>
    IAsyncEnumerable<T> PagesAsync<T>(GitHubRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken);
}
