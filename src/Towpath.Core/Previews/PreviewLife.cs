using Towpath.Core.Facts;

namespace Towpath.Core.Previews;

/// <summary>A preview that there is.</summary>
/// <param name="Slot">Whose it is.</param>
/// <param name="Sha">The commit that was last asked to go there; null where that is not known.</param>
public sealed record StandingPreview(PreviewSlot Slot, string? Sha);

public enum PreviewAction
{
    /// <summary>The commit is to go there: the preview is made, or brought up to date.</summary>
    Deploy,

    /// <summary>It is to be taken down.</summary>
    Remove,

    /// <summary>Somebody asked for one that there will not be.</summary>
    Refuse,
}

/// <param name="Slot">Which.</param>
/// <param name="Action">What is to happen.</param>
/// <param name="Sha">The commit, for <see cref="PreviewAction.Deploy"/>.</param>
/// <param name="Why">In one sentence, for the comment and the record.</param>
public sealed record PreviewChange(PreviewSlot Slot, PreviewAction Action, string? Sha, string Why);

/// <summary>
/// What has to happen to the previews of an application (row P4). Computed from how pull requests stand against the previews that there are, so that
/// an event that was lost is made good by whatever asks next; nothing to do means nothing in the list.
/// </summary>
public static class PreviewLife
{
    /// <param name="spec">The application's previews; null takes all down that there are.</param>
    /// <param name="pulls">What is known of the repository's pull requests; one that is not among them is left as it is.</param>
    /// <param name="standing">The previews that there are.</param>
    /// <param name="now">For those that expire.</param>
    public static IReadOnlyList<PreviewChange> Plan(PreviewSpec? spec, IReadOnlyCollection<PullFact> pulls, IReadOnlyCollection<StandingPreview> standing, DateTimeOffset now)
    {
        var known = pulls.GroupBy(pull => pull.Number).Select(Newest).Where(pull => !pull.IsDisputed).ToDictionary(pull => pull.Number);
        var there = standing.GroupBy(preview => preview.Slot).ToDictionary(same => same.Key, same => same.First());
        var wanted = known.Values.SelectMany(pull => WantedBy(spec, pull, now)).ToDictionary(wish => wish.Slot);
        return
        [
            .. wanted.Values.Select(wish => Change(wish, there.GetValueOrDefault(wish.Slot))).OfType<PreviewChange>()
                .Concat(there.Values.Where(preview => !wanted.ContainsKey(preview.Slot)).Select(preview => End(spec, preview, known, now)).OfType<PreviewChange>())
                .OrderBy(change => change.Slot.Pull).ThenBy(change => change.Slot.Target, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Of several that say the same time any would do, as long as it is always the same one, by all that matters here; what GitHub left open says so itself. Where it is
    /// from is among that: of the same commit in a branch and in a fork, the fork counts, which gets nothing.
    /// </summary>
    private static PullFact Newest(IEnumerable<PullFact> same) => same.OrderByDescending(pull => pull.UpdatedAt).ThenByDescending(pull => pull.IsDisputed)
        .ThenBy(pull => pull.IsOpen).ThenByDescending(pull => pull.IsFork).ThenByDescending(pull => pull.IsMerged).ThenBy(pull => pull.HeadSha, StringComparer.Ordinal).ThenBy(pull => string.Join('\n', pull.Labels), StringComparer.Ordinal).First();

    /// <summary>The slots that a pull request asks for, those that it will not get included.</summary>
    private static IEnumerable<Wish> WantedBy(PreviewSpec? spec, PullFact pull, DateTimeOffset now)
    {
        if (spec is null || !pull.IsOpen || IsExpired(spec, pull, now)) yield break;
        var byLabel = pull.Labels.Select(spec.AskedBy).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        foreach (var name in byLabel) yield return new Wish(new PreviewSlot(pull.Number, name), pull, WhyNot(spec, pull, name), IsAsked: true);
        if (pull.IsFork) yield break;
        foreach (var target in spec.Targets.Where(target => target.IsAutomatic && !byLabel.Contains(target.Name, StringComparer.Ordinal)))
            yield return new Wish(new PreviewSlot(pull.Number, target.Name), pull, WhyNot: null, IsAsked: false);
    }

    private static string? WhyNot(PreviewSpec spec, PullFact pull, string name)
    {
        if (pull.IsFork) return "this pull request comes from a fork; previews use secrets, and code of a fork gets none. Push the branch to this repository to see a preview";
        if (spec.Find(name) is not null) return null;
        var labels = spec.Targets.Select(target => $"'{(target.Name.Length == 0 ? spec.Label : $"{spec.Label}/{target.Name}")}'");
        return $"the label names no target of 'previews'; known: {string.Join(", ", labels)}";
    }

    private static PreviewChange? Change(Wish wish, StandingPreview? standing)
    {
        if (wish.WhyNot is { } why) return new PreviewChange(wish.Slot, standing is null ? PreviewAction.Refuse : PreviewAction.Remove, null, why);
        if (standing is not null && string.Equals(standing.Sha, wish.Pull.HeadSha, StringComparison.Ordinal)) return null;
        var reason = standing is not null ? (standing.Sha is null ? "it is not known which commit stands there" : "the pull request has another commit now") : wish.IsAsked ? "the pull request has the label" : "every pull request has a preview";
        return new PreviewChange(wish.Slot, PreviewAction.Deploy, wish.Pull.HeadSha, reason);
    }

    private static PreviewChange? End(PreviewSpec? spec, StandingPreview preview, Dictionary<long, PullFact> known, DateTimeOffset now)
    {
        if (spec is null) return Remove("the application has no previews any more");
        // Of a pull request of which nothing is known, or two things at once, nothing is concluded either.
        if (!known.TryGetValue(preview.Slot.Pull, out var pull)) return null;
        if (!pull.IsOpen) return Remove(pull.IsMerged ? "the pull request was merged" : "the pull request was closed");
        return Remove(IsExpired(spec, pull, now) ? $"nothing happened in the pull request since {pull.UpdatedAt.ToUniversalTime():yyyy-MM-dd HH:mm} UTC" : "the label was taken off");

        PreviewChange Remove(string why) => new(preview.Slot, PreviewAction.Remove, null, why);
    }

    private static bool IsExpired(PreviewSpec spec, PullFact pull, DateTimeOffset now) => now - pull.UpdatedAt >= spec.Expire;

    private sealed record Wish(PreviewSlot Slot, PullFact Pull, string? WhyNot, bool IsAsked);
}
