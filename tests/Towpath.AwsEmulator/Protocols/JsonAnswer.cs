using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Protocols;

/// <summary>Writes JSON bodies.</summary>
public static class JsonAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(EmulatorCall call, JsonNode body)
    {
        using var bytes = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(bytes, Options)) body.WriteTo(writer);
        call.Http.Response.ContentType ??= "application/json";
        call.Http.Response.ContentLength = bytes.Length;
        await call.Http.Response.Body.WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), call.Aborted);
    }

    /// <summary>A timestamp as the JSON protocols write it: seconds since 1970.</summary>
    public static double Seconds(DateTimeOffset instant) => Math.Round((instant - DateTimeOffset.UnixEpoch).TotalSeconds, 3);
}
