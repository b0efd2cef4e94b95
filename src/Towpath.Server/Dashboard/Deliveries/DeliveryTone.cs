using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Dashboard.Shell;

namespace Towpath.Server.Dashboard.Deliveries;

internal static class DeliveryTone
{
    /// <summary>For reading only: the page escapes it.</summary>
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Tone Of(DeliveryState state) => state switch
    {
        DeliveryState.Pending => new("dots", "pending", "busy"),
        DeliveryState.Handled => new("check", "handled", "good"),
        DeliveryState.Ignored => new("dash", "ignored", "none"),
        DeliveryState.NotUnderstood => new("warning", "not understood", "warn"),
        DeliveryState.Failed => new("cross", "failed", "bad"),
    };

    public static string Size(long bytes) =>
        bytes < 1000 ? $"{bytes} B" : bytes < 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0.0} kB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.0} MB");

    /// <summary>The payload with its fields on lines of their own; as it came where it is no JSON.</summary>
    public static string Indented(DeliveryDetail detail)
    {
        try
        {
            using var document = JsonDocument.Parse(detail.Payload);
            using var text = new MemoryStream();
            using (var writer = new Utf8JsonWriter(text, Readable)) document.RootElement.WriteTo(writer);
            return System.Text.Encoding.UTF8.GetString(text.ToArray());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return detail.Payload;
        }
    }
}
