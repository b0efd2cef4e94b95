using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.Following;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.Steps;

/// <summary>Follows our own service deployments to their end. All services must succeed; the first that does not decides.</summary>
internal sealed class FollowStep(RolloutLook rollouts, OurDeployment ours, RolloutDiagnosis diagnosis, TimeProvider time) : EcsStep
{
    public const string Name = "ecs.follow";

    public override string Kind => Name;

    // `within` of the spec ends it; a PAUSE hook may wait for two weeks.
    public override StepPolicy Policy => new(TimeSpan.FromDays(30));

    protected override async Task<StepResult> RunAsync(EcsRun run, CancellationToken cancellationToken)
    {
        var state = FollowState.Read(run.Context.Undo, run.Context.StartedAt);
        var elapsed = time.GetUtcNow() - run.Context.StartedAt;
        var services = FollowedOf(run, state, elapsed);
        var looks = new List<(Followed Followed, Rollout Rollout)>();
        foreach (var service in services)
        {
            var followed = await FindAsync(run, service, cancellationToken);
            looks.Add((followed, await LookAsync(run, followed, cancellationToken)));
        }

        var next = state.After(looks, time.GetUtcNow());
        if (next != state) await run.Context.RecordUndoAsync(next.ToJson(), cancellationToken);
        return await AnswerAsync(run, looks, next, elapsed, cancellationToken);
    }

    private static List<Followed> FollowedOf(EcsRun run, FollowState state, TimeSpan elapsed)
    {
        var update = run.RecordOf(UpdateStep.Name, run.IsRollback);
        var before = update?.Undo?["units"] is JsonArray noted ? noted.OfType<JsonObject>().Select(UnitBefore.Read).ToList() : [];
        var hints = update?.Outputs?[UpdateStep.Hints] as JsonArray;
        return
        [
            .. run.Inputs.Units.Select((unit, i) => (unit, i)).Where(each => !each.unit.IsRule).Select(each => new Followed(
                each.unit, run.Definitions[each.i], before.ElementAtOrDefault(each.i)?.Definition, before.ElementAtOrDefault(each.i)?.Known ?? [],
                state.Deployments.GetValueOrDefault(each.unit.Id) ?? (hints?.ElementAtOrDefault(each.i) as JsonValue)?.GetValue<string>(), elapsed, update?.StartedAt)),
        ];
    }

    /// <summary>Which service deployment is ours: what ECS named when it was asked may still be the one before.</summary>
    private async Task<Followed> FindAsync(EcsRun run, Followed followed, CancellationToken cancellationToken)
    {
        if (FollowState.Read(run.Context.Undo, run.Context.StartedAt).Deployments.ContainsKey(followed.Unit.Id)) return followed;
        if (followed is { Deployment: null, Before: { } before } && before == followed.Definition) return followed;
        try
        {
            return followed with { Deployment = await ours.FindAsync(run.Patient, followed.Unit, followed.Definition, followed.Known, followed.Deployment, cancellationToken) };
        }
        catch (AwsException e) when (e.IsDenied)
        {
            return followed with { Deployment = null };
        }
    }

    private async Task<Rollout> LookAsync(EcsRun run, Followed followed, CancellationToken cancellationToken)
    {
        try
        {
            return await rollouts.LookAsync(run.Patient, followed, cancellationToken);
        }
        catch (AwsException e) when (e.IsDenied && e.Failure.Operation != "DescribeServices")
        {
            return await rollouts.ByServiceAsync(run.Patient, followed, cancellationToken);
        }
    }

    private async Task<StepResult> AnswerAsync(EcsRun run, List<(Followed Followed, Rollout Rollout)> looks, FollowState state, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        if (looks.FirstOrDefault(l => l.Rollout is Rollout.Failed) is { Rollout: Rollout.Failed failed } one)
            return new StepResult.Failed(await diagnosis.ExplainAsync(run, one.Followed, failed.Reason, cancellationToken));
        if (looks.Select(l => l.Rollout).OfType<Rollout.Superseded>().FirstOrDefault() is { } superseded) return new StepResult.Superseded(superseded.Reason);
        var going = looks.Where(l => l.Rollout is Rollout.Going).ToList();
        if (going.Count == 0)
        {
            foreach (var (followed, _) in looks) run.Context.Log($"{followed.Unit.Title} runs {AwsDocument.Tail(followed.Definition)}");
            return new StepResult.Done();
        }

        var progress = string.Join("; ", going.Select(l => ((Rollout.Going)l.Rollout).Progress));
        if (state.PausedAt is null && time.GetUtcNow() - state.Since > run.Inputs.Within)
            return new StepResult.Failed(await diagnosis.ExplainAsync(
                run, going[0].Followed, $"the rollout did not end within {Minutes(run.Inputs.Within)}: {progress}", cancellationToken));
        return new StepResult.Running(Pace.After(elapsed), progress);
    }

    private static string Minutes(TimeSpan within) => within.TotalMinutes >= 2 ? $"{within.TotalMinutes:0.#} minutes" : $"{within.TotalSeconds:0} seconds";
}

/// <summary>What the step notes for its next look, so that a restart of the process forgets nothing.</summary>
/// <param name="Since">From when its time counts: when it was begun, or went on after a pause.</param>
/// <param name="PausedAt">Since when it waits at a hook.</param>
/// <param name="Deployments">Our service deployments, by the id of the service.</param>
internal sealed record FollowState(DateTimeOffset Since, DateTimeOffset? PausedAt, IReadOnlyDictionary<string, string> Deployments)
{
    public static FollowState Read(JsonObject? noted, DateTimeOffset startedAt)
    {
        var since = noted?.Instant("since") ?? startedAt;
        return new FollowState(since > startedAt ? since : startedAt, noted?.Instant("paused_at"), noted is null ? new Dictionary<string, string>(StringComparer.Ordinal) : Settings.Map(noted, "deployments"));
    }

    public FollowState After(IReadOnlyList<(Followed Followed, Rollout Rollout)> looks, DateTimeOffset now)
    {
        var found = looks.Where(l => l.Followed.Deployment is not null).ToDictionary(l => l.Followed.Unit.Id, l => l.Followed.Deployment!, StringComparer.Ordinal);
        var paused = looks.Any(l => l.Rollout is Rollout.Going { Paused: true });
        var next = (paused, PausedAt) switch
        {
            (true, null) => this with { PausedAt = now },
            (false, not null) => this with { PausedAt = null, Since = now },
            _ => this,
        };
        return found.Count == Deployments.Count ? next : next with { Deployments = found };
    }

    public JsonObject ToJson() => new()
    {
        ["since"] = Since.ToUnixTimeMilliseconds() / 1000m,
        ["paused_at"] = PausedAt is { } at ? at.ToUnixTimeMilliseconds() / 1000m : null,
        ["deployments"] = Settings.ToJson(Deployments),
    };
}
