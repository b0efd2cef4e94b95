using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Towpath.Core;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Short ways to make the calls of this folder.</summary>
internal static class Reading
{
    /// <summary>What is there.</summary>
    public static async Task<T> GetAsync<T>(this IGitHubClient github, GitHubRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        (await github.SendAsync(request, type, cancellationToken)).Content(request);

    /// <summary>What is there; null where nothing is.</summary>
    public static async Task<T?> FindAsync<T>(this IGitHubClient github, GitHubRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var asked = request with { Answers = [404, .. request.Answers] };
        var answer = await github.SendAsync(asked, type, cancellationToken);
        return answer.Status == 404 ? null : answer.Content(asked);
    }

    /// <summary>A list that GitHub gives out as it is.</summary>
    public static IAsyncEnumerable<T> ListAsync<T>(this IGitHubClient github, GitHubRequest request, JsonTypeInfo<IReadOnlyList<T>> type, CancellationToken cancellationToken) =>
        github.ListAsync(request, type, page => page, cancellationToken);

    /// <summary>A list that GitHub wraps.</summary>
    public static async IAsyncEnumerable<T> ListAsync<TPage, T>(
        this IGitHubClient github, GitHubRequest request, JsonTypeInfo<TPage> type, Func<TPage, IReadOnlyList<T>> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in github.PagesAsync(request, type, cancellationToken))
            foreach (var item in items(page)) yield return item;
    }

    /// <summary>Whether it went: false where there was nothing to go.</summary>
    public static async Task<bool> RemoveAsync(this IGitHubClient github, GitHubRequest request, CancellationToken cancellationToken) =>
        (await github.SendAsync(request with { Answers = [404] }, cancellationToken)).Status != 404;

    /// <summary>GitHub refuses texts that are longer than it says.</summary>
    public static string? Shortened(this string? text, int maximum) => text is null ? null : PlainText.Of(text, maximum - 1);
}
