namespace Towpath.Server.Dashboard.Shell;

/// <summary>Addresses that came from outside become links only where a browser does nothing but open them.</summary>
public static class WebLink
{
    public static string? Of(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.AbsoluteUri : null;

    /// <summary>The address without its scheme, as people say it.</summary>
    public static string Text(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Authority + uri.PathAndQuery.TrimEnd('/') : address;
}
