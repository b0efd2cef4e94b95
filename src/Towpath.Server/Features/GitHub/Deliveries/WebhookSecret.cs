using System.Text;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>What GitHub signs with.</summary>
public sealed class WebhookSecret(ServerOptions options)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(options.GitHub?.WebhookSecret ?? "");

    /// <summary>Null where there is none.</summary>
    public ReadOnlyMemory<byte>? Current => _bytes.Length == 0 ? (ReadOnlyMemory<byte>?)null : _bytes.AsMemory();
}
