using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>$LATEST or a published version: its configuration, its code, and how far it is.</summary>
public sealed class FunctionVersion(string version, string arn, JsonObject settings)
{
    /// <summary>A number, or $LATEST.</summary>
    public string Version { get; } = version;

    public string Arn { get; } = arn;

    /// <summary>What was configured, by the names of the API.</summary>
    public JsonObject Settings { get; } = settings;

    public ReadOnlyMemory<byte> Code { get; private set; }

    /// <summary>Base64 of the SHA-256 of the zip.</summary>
    public string CodeSha256 { get; private set; } = "";

    public string RevisionId { get; private set; } = Ids.Uuid();
    public DateTimeOffset ModifiedAt { get; private set; }
    public string State { get; private set; } = "Pending";
    public string? StateReason { get; private set; } = "The function is being created.";
    public string? LastUpdateStatus { get; private set; }
    public string? LastUpdateReason { get; private set; }

    public bool Busy => State == "Pending" || LastUpdateStatus == "InProgress";

    public void Load(ReadOnlyMemory<byte> code)
    {
        Code = code;
        CodeSha256 = Sha256Of(code.Span);
    }

    public void BeActive()
    {
        (State, StateReason, LastUpdateStatus) = ("Active", null, "Successful");
        RevisionId = Ids.Uuid();
    }

    public void BeginUpdate(DateTimeOffset at)
    {
        (LastUpdateStatus, LastUpdateReason) = ("InProgress", "The function is being created.");
        Touch(at);
    }

    /// <summary>Ends an update. The revision ID changes once more, as it does at AWS.</summary>
    public void EndUpdate(string? failure)
    {
        (LastUpdateStatus, LastUpdateReason) = failure is null ? ("Successful", null) : ("Failed", failure);
        RevisionId = Ids.Uuid();
    }

    public void Touch(DateTimeOffset at)
    {
        ModifiedAt = at;
        RevisionId = Ids.Uuid();
    }

    public static string Sha256Of(ReadOnlySpan<byte> code) => Convert.ToBase64String(SHA256.HashData(code));
}
