using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Estates;

/// <summary>Lists in pages. A token says where the next page begins; it is opaque to callers, as AWS's tokens are.</summary>
public static class Pages
{
    /// <summary>One page of a list, and the token of the next one where there is one.</summary>
    /// <exception cref="FormatException">The token was not given out here.</exception>
    public static (IReadOnlyList<T> Page, string? Next) Of<T>(IReadOnlyList<T> all, string? token, int size)
    {
        var from = token is null ? 0 : Read(token);
        var page = all.Skip(from).Take(size).ToList();
        return (page, from + page.Count < all.Count ? Write(from + page.Count) : null);
    }

    /// <summary>The same, of an awsJson request with <c>nextToken</c> and <c>maxResults</c>.</summary>
    public static (IReadOnlyList<T> Page, string? Next) Of<T>(IReadOnlyList<T> all, JsonObject input, int usual, string size = "maxResults") =>
        Of(all, input.Text("nextToken"), input.Number(size) ?? usual);

    private static string Write(int position) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"from:{position}"));

    private static int Read(string token)
    {
        var text = Encoding.ASCII.GetString(Convert.FromBase64String(token));
        return text.StartsWith("from:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new FormatException("not a token of ours");
    }
}
