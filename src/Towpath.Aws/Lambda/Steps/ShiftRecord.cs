using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>What a shift journals before each change: where the alias was, and how far it has come.</summary>
/// <param name="From">The version that the alias had; null where there was no alias.</param>
/// <param name="Stage">Which of the weights it has, or their number when all calls go to the new version.</param>
/// <param name="Since">Since when.</param>
internal sealed record ShiftRecord(string? From, int Stage, DateTimeOffset Since)
{
    public static ShiftRecord? Read(JsonObject? undo) => undo is null ? null : new(
        Settings.Text(undo, "from"), checked((int)(Settings.Number(undo, "stage") ?? 0)),
        DateTimeOffset.Parse(Settings.RequiredText(undo, "since"), CultureInfo.InvariantCulture));

    /// <summary>What the deployment's own shift journaled; for its rollback.</summary>
    public static ShiftRecord? OfForward(Deployment deployment)
    {
        var steps = deployment.Plan?.Steps ?? [];
        for (var i = 0; i < steps.Count && i < deployment.Steps.Count; i++)
            if (steps[i].Kind == ShiftStep.Name) return Read(deployment.Steps[i].Undo);
        return null;
    }

    public JsonObject ToJson() => new() { ["from"] = From, ["stage"] = Stage, ["since"] = Since.ToString("O", CultureInfo.InvariantCulture) };
}
