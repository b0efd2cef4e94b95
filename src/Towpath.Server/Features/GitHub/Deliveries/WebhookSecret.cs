using System.Text;
using Towpath.GitHub.Apps;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>What GitHub signs with: the App's secret, or the one that the settings name without an App.</summary>
public sealed class WebhookSecret(ServerOptions options, IGitHubAppSource app)
{
    private (string Text, byte[] Bytes) _known = ("", []);

    /// <summary>Null where there is none.</summary>
    public ReadOnlyMemory<byte>? Current
    {
        get
        {
            var text = app.Current?.WebhookSecret ?? options.GitHub?.WebhookSecret ?? "";
            if (!ReferenceEquals(_known.Text, text)) _known = (text, Encoding.UTF8.GetBytes(text));
            return text.Length == 0 ? (ReadOnlyMemory<byte>?)null : _known.Bytes.AsMemory();
        }
    }
}
