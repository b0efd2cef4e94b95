using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Calendars;

namespace Towpath.Core.Environments;

/// <summary>
/// Names what an environment asks for and does: the hash of its policy in one canonical form. Approvals are bound to it, so anything that
/// someone relied on when saying yes is in it, and a title, a comment, the order of keys and the layout of the file are not.
/// </summary>
public static class PolicyRevision
{
    /// <summary>128 bits: with fewer, whoever may propose policies could make two that share a revision and have one of them approved.</summary>
    private const int Digits = 32;

    /// <summary><c>pol-</c> and the first 32 hexadecimal digits of the SHA-256 of the canonical JSON.</summary>
    public static string Of(EnvironmentSpec environment)
    {
        var canonical = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(canonical)) Write(json, environment);
        return "pol-" + Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan))[..Digits];
    }

    private static void Write(Utf8JsonWriter json, EnvironmentSpec environment)
    {
        json.WriteStartObject();
        // Raised when this form changes, so that old and new revisions never meet by chance.
        json.WriteNumber("format", 1);
        json.WriteString("name", environment.Name);
        // A set: the order in which predecessors are named means nothing.
        WriteList(json, "after", environment.After.Order(StringComparer.Ordinal), (name, writer) => writer.WriteStringValue(name));
        WriteList(json, "approvals", environment.Approvals, WriteNeed);
        WriteTerms(json, environment.ApprovalTerms);
        // Left out where none are asked about, so that revisions from before there were checks stay the same.
        if (environment.RequiredChecks is { } checks)
            WriteList(json, "required_checks", checks.Names.Order(StringComparer.Ordinal), (name, writer) => writer.WriteStringValue(name));
        // So are these.
        if (environment.Soak is { } soak) json.WriteNumber("soak", (long)soak.TotalSeconds);
        if (environment.Freezes.Count > 0) WriteList(json, "freeze", Times(environment.Freezes), (rule, writer) => writer.WriteStringValue(rule));
        if (environment.Windows.Count > 0) WriteList(json, "windows", Times(environment.Windows), (rule, writer) => writer.WriteStringValue(rule));
        json.WriteString("on_failure", environment.OnFailure switch { OnFailure.Rollback => "rollback", OnFailure.Stay => "stay" });
        json.WriteString("target_kind", environment.Target.Kind);
        json.WritePropertyName("target");
        CanonicalJson.Write(json, environment.Target.Settings);
        // Left out where there are none, so that revisions from before targets had files stay the same.
        if (environment.Target.Files.Count > 0) WriteTexts(json, "target_files", environment.Target.Files);
        WriteList(json, "verify", environment.Verify, WriteVerification);
        WriteTexts(json, "variables", environment.Variables);
        json.WriteEndObject();
    }

    private static void WriteNeed(ApprovalNeed need, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        switch (need)
        {
            case AnyNeed any: WriteList(json, "any", any.Of, WriteNeed); break;
            case AllNeed all: WriteList(json, "all", all.Of, WriteNeed); break;
            case ApprovalRule rule:
                json.WriteString("role", rule.Role);
                json.WriteNumber("count", rule.Count);
                break;
            default: throw new InvalidOperationException($"{need.GetType().Name} has no canonical form");
        }

        json.WriteEndObject();
    }

    /// <summary>Left out where they are the usual ones, so that revisions from before there were others stay the same.</summary>
    private static void WriteTerms(Utf8JsonWriter json, ApprovalTerms terms)
    {
        if (terms.Self) json.WriteBoolean("approval_self", true);
        if (terms.Expires is { } expires) json.WriteNumber("approval_expires", (long)expires.TotalSeconds);
    }

    /// <summary>When, but not why: other words for the reason change nothing, nor does another order.</summary>
    private static IEnumerable<string> Times(IReadOnlyList<CalendarRule> rules) => rules.Select(rule => rule.Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static void WriteVerification(VerificationSpec verification, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("kind", verification.Kind);
        json.WritePropertyName("settings");
        CanonicalJson.Write(json, verification.Settings);
        WriteTexts(json, "files", verification.Files);
        json.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T, Utf8JsonWriter> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items) write(item, json);
        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in texts.OrderBy(text => text.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }
}

/// <summary>JSON with sorted keys and one spelling of each number, whether it was bound from a spec or read back from a database.</summary>
internal static class CanonicalJson
{
    public static void Write(Utf8JsonWriter json, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject settings: WriteObject(json, settings); break;
            case JsonArray items: WriteArray(json, items); break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number: WriteNumber(json, value); break;
            // An element that was read keeps its own way of escaping; going through text gives one spelling.
            case JsonValue value when value.GetValueKind() == JsonValueKind.String: json.WriteStringValue(value.GetValue<string>()); break;
            case null: json.WriteNullValue(); break;
            default: node.WriteTo(json); break;
        }
    }

    private static void WriteObject(Utf8JsonWriter json, JsonObject settings)
    {
        json.WriteStartObject();
        foreach (var (key, value) in settings.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            json.WritePropertyName(key);
            Write(json, value);
        }

        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, JsonArray items)
    {
        json.WriteStartArray();
        foreach (var item in items) Write(json, item);
        json.WriteEndArray();
    }

    // 200, 200.0 and 2e2 are one number, whatever type holds it. What a decimal cannot hold keeps the spelling of a double.
    private static void WriteNumber(Utf8JsonWriter json, JsonValue value)
    {
        var text = value.ToJsonString();
        if (decimal.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var exact))
            json.WriteRawValue(exact.ToString("0.############################", System.Globalization.CultureInfo.InvariantCulture));
        else
            json.WriteNumberValue(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
    }
}
