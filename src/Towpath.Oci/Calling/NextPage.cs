using System.Text.RegularExpressions;

namespace Towpath.Oci.Calling;

/// <summary>Finds where a list goes on: <c>Link: &lt;address&gt;; rel="next"</c> (RFC 8288).</summary>
internal static partial class NextPage
{
    /// <summary>Null at the end. A list goes on at the same registry, or it ends in an error.</summary>
    public static string? Of(RegistryRequest request, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links)) return null;
        if (links.Select(link => AddressPart().Match(link)).FirstOrDefault(match => match.Success) is not { } found) return null;
        var here = response.RequestMessage!.RequestUri!;
        if (!Uri.TryCreate(here, found.Groups["address"].Value, out var next) || next.Authority != here.Authority || next.Scheme != here.Scheme)
            throw RegistryCaller.Nonsense(request, "the list goes on at another host");
        return next == here ? throw RegistryCaller.Nonsense(request, "the list goes on at its own beginning") : next.AbsoluteUri;
    }

    [GeneratedRegex(
        "<(?<address>[^>]*)>[^,<]*;\\s*rel=\"?next\"?(\\W|$)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex AddressPart();
}
