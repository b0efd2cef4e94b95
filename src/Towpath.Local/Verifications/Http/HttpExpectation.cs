using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Targets;

namespace Towpath.Local.Verifications.Http;

/// <summary>What is asked and what must come back.</summary>
/// <param name="Url">Absolute, http or https.</param>
/// <param name="Status">The status code.</param>
/// <param name="Body">Text that the body must contain; null where any body is right.</param>
/// <param name="Headers">Sent along. A value <c>env:NAME</c> is looked up when the request is made, never stored.</param>
/// <param name="Within">How long it may take until the answer is right.</param>
internal sealed record HttpExpectation(string Url, int Status, string? Body, IReadOnlyDictionary<string, string> Headers, TimeSpan Within)
{
    public static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(60);

    public static HttpExpectation Read(JsonObject settings) => new(
        Settings.RequiredText(settings, "url"), checked((int)(Settings.Number(settings, "status") ?? 200)), Settings.Text(settings, "body"),
        Settings.Map(settings, "headers"), Settings.Seconds(settings, "within", DefaultWithin));

    public static HttpExpectation Read(VerificationSpec verification, PlanRequest request)
    {
        var written = Read(verification.Settings);
        return written with
        {
            Url = Placeholders.Fill(written.Url, request, Uri.EscapeDataString),
            Body = written.Body is null ? null : Placeholders.Fill(written.Body, request),
            Headers = written.Headers.ToDictionary(header => header.Key, header => Placeholders.Fill(header.Value, request), StringComparer.Ordinal),
        };
    }

    public JsonObject ToJson() => new()
    {
        ["url"] = Url,
        ["status"] = Status,
        ["body"] = Body,
        ["headers"] = Settings.ToJson(Headers),
        ["within"] = (long)Within.TotalSeconds,
    };

    public string Words => Body is null ? $"status {Status}" : $"status {Status} and a body with '{PlainText.Of(Body, 100)}'";
}
