namespace Towpath.Server.Web;

/// <summary>The address under which people reach this server: where other sites send their browsers back to.</summary>
public sealed class PublicAddress(ServerOptions options)
{
    /// <summary>What the operator says; where nothing is said, what this browser uses. Without a slash at the end.</summary>
    public string Of(HttpContext http) => options.PublicUrl?.TrimEnd('/') ?? $"{http.Request.Scheme}://{http.Request.Host}";
}
