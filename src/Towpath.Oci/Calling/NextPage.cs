namespace Towpath.Oci.Calling;

/// <summary>Finds where a list goes on: <c>Link: &lt;address&gt;; rel="next"</c> (RFC 8288).</summary>
internal static class NextPage
{
    /// <summary>Null at the end. A list goes on at the same registry, or it ends in an error.</summary>
    public static string? Of(RegistryRequest request, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links)) return null;
        var link = links.SelectMany(l => l.Split(',')).FirstOrDefault(l => l.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase) || l.Contains("rel=next", StringComparison.OrdinalIgnoreCase));
        if (link is null || link.IndexOf('<', StringComparison.Ordinal) is not (>= 0 and var start) || link.IndexOf('>', start) is not (> 0 and var end)) return null;
        var here = response.RequestMessage!.RequestUri!;
        if (!Uri.TryCreate(here, link[(start + 1)..end], out var next) || next.Authority != here.Authority || next.Scheme != here.Scheme)
            throw RegistryCaller.Nonsense(request, "the list goes on at another host");
        return next == here ? throw RegistryCaller.Nonsense(request, "the list goes on at its own beginning") : next.AbsoluteUri;
    }
}
