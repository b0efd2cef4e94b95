using System.Text.RegularExpressions;

namespace Towpath.GitHub.Calling;

/// <summary>Keeps calls, and the tokens that go with them, at the API's own root.</summary>
internal sealed partial class GitHubAddresses(GitHubHost host)
{
    /// <exception cref="GitHubException">The path leads elsewhere.</exception>
    public Uri Of(GitHubRequest request) => Inside(new Uri(host.Api, request.Path)) ?? throw Astray(request);

    /// <summary>Where a redirect goes on, below the root.</summary>
    /// <exception cref="GitHubException">It leads elsewhere.</exception>
    public string Redirected(GitHubRequest request, Uri from, Uri? location) =>
        location is not null && Inside(new Uri(from, location)) is { } inside ? Path(inside) : throw Astray(request);

    /// <summary>The page after this one (RFC 8288); null for none.</summary>
    /// <exception cref="GitHubException">It leads elsewhere.</exception>
    public string? Next(GitHubRequest request, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links)) return null;
        foreach (var link in links.SelectMany(l => Links().Matches(l).AsEnumerable()))
        {
            if (link.Groups["rel"].Value != "next") continue;
            return Uri.TryCreate(host.Api, link.Groups["url"].Value, out var next) && Inside(next) is { } inside ? Path(inside) : throw Astray(request);
        }

        return null;
    }

    private string Path(Uri inside) => inside.PathAndQuery[host.Api.AbsolutePath.Length..];

    private Uri? Inside(Uri address) =>
        address.UserInfo.Length == 0 && address.GetLeftPart(UriPartial.Authority) == host.Api.GetLeftPart(UriPartial.Authority)
        && address.AbsolutePath.StartsWith(host.Api.AbsolutePath, StringComparison.Ordinal)
            ? address
            : null;

    private static GitHubException Astray(GitHubRequest request) =>
        new(new GitHubFailure(request.Action, 0, "led_astray", "it leads to an address outside of GitHub's API, where its token does not go"));

    [GeneratedRegex("""<(?<url>[^<>]{1,4000})>[^<>,]*;\s*rel="?(?<rel>[a-z]{1,20})""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Links();
}
