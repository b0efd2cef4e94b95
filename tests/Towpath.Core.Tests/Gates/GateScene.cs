using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Calendars;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;
using Towpath.Core.Watches;
using Towpath.Testing;

namespace Towpath.Core.Tests.Gates;

/// <summary>One promotion of v2 to production at 09:00 and everything that its gates look at, told in small words.</summary>
internal sealed record GateScene
{
    private static readonly EnvironmentKey Production = DeploymentStates.Production;
    private static readonly DateTimeOffset Now = VirtualTime.Start;

    public GateInput Input { get; private init; } = new()
    {
        Now = Now,
        Key = Production,
        Environment = new EnvironmentSpec { Name = "production", Target = new TargetSpec("local-site", new JsonObject()) },
        PolicyRevision = "policy-1",
        Organization = new Organization(new Dictionary<string, RoleSpec>(StringComparer.Ordinal)
        {
            ["staff"] = new(["kim", "ana", "bo"], []),
            ["client"] = new(["pat", "bo"], ["shop"]),
            ["auditor"] = new(["kim"], []),
        }),
        Digest = Digest.Of("v2"),
        Origin = Origin.Manual,
        RequestedBy = "kim",
        Author = "ana",
    };

    public GateScene Requires(params IReadOnlyList<(string Role, int Count)> rules) =>
        With(i => i with { Environment = i.Environment with { Approvals = [.. rules.Select(r => new ApprovalRule(r.Role, r.Count))] } });

    /// <summary>Rules in a tree, with teams and people whom it names; those of a team are known.</summary>
    public GateScene Needs(params IReadOnlyList<ApprovalNeed> needs) => With(i => i with
    {
        Environment = i.Environment with { Approvals = needs },
        Organization = i.Organization.Naming([new ApplicationSpec { Name = Production.Application, Artifacts = [], Environments = [i.Environment with { Approvals = needs }] }])
            .With(TeamRoster.Of([KeyValuePair.Create<string, IReadOnlyList<string>>("acme/ops", ["Lee", "bo"])])),
    });

    /// <summary>An approval counts for so long.</summary>
    public GateScene Expires(string time) => With(i => i with { Environment = i.Environment with { ApprovalTerms = i.Environment.ApprovalTerms with { Expires = TimeSpan.Parse(time) } } });

    public GateScene OwnCounts() => With(i => i with { Environment = i.Environment with { ApprovalTerms = i.Environment.ApprovalTerms with { Self = true } } });

    public GateScene After(params IReadOnlyList<string> environments) => With(i => i with { Environment = i.Environment with { After = environments } });

    public GateScene SucceededIn(params IReadOnlyList<string> environments) =>
        With(i => i with { Successes = environments.ToDictionary(e => e, _ => Now.AddHours(-1), StringComparer.Ordinal) });

    public GateScene Soaks(string time) => With(i => i with { Environment = i.Environment with { Soak = TimeSpan.Parse(time) } });

    /// <summary>Not at 09:00 but then; weekday and time of the week of 2026-03-02, a Monday.</summary>
    public GateScene At(string day, string time) => With(i => i with { Now = Now - Now.TimeOfDay + TimeSpan.FromDays(WeekDays.Words.ToList().IndexOf(day)) + TimeSpan.Parse(time) });

    public GateScene Frozen(string days, string hours = "00:00-24:00", string zone = "UTC", string? reason = null) =>
        With(i => i with { Environment = i.Environment with { Freezes = [.. i.Environment.Freezes, Weekly(days, hours, zone, reason)] } });

    public GateScene FrozenEverywhere(string days, string reason, string[]? applications = null, string[]? environments = null) =>
        With(i => i with { Organization = i.Organization with { Freezes = [.. i.Organization.Freezes, new OrganizationFreeze(Weekly(days, "00:00-24:00", "UTC", reason), applications ?? [], environments ?? [])] } });

    public GateScene Window(string days, string hours, string zone = "UTC") =>
        With(i => i with { Environment = i.Environment with { Windows = [.. i.Environment.Windows, Weekly(days, hours, zone, null)] } });

    public GateScene WindowOnce(string from, string to) => With(i => i with
    {
        Environment = i.Environment with { Windows = [.. i.Environment.Windows, new CalendarRule.Once(DateTime.Parse(from), DateTime.Parse(to), ZoneClock.Find("UTC")!, null)] },
    });

    public GateScene RequestedBy(string user, string? author = null) => With(i => i with { RequestedBy = user, Author = author });

    /// <summary>Who pushed, built or published it.</summary>
    public GateScene Hands(params IReadOnlyList<string> users) => With(i => i with { Hands = users });

    public GateScene Approved(string user, string role, string version = "v2", string policy = "policy-1", Verdict verdict = Verdict.Approved) =>
        With(i => i with
        {
            Approvals =
            [
                .. i.Approvals,
                new Approval
                {
                    Id = $"{i.Approvals.Count}", Deployment = DeploymentStates.Requested().Id, Key = Production, Digest = Digest.Of(version),
                    PolicyRevision = policy, Role = role, User = user, Verdict = verdict, At = Now.AddMinutes(-10),
                },
            ],
        });

    public GateScene WithoutMember(string role, string user) => With(i => i with
    {
        Organization = new Organization(i.Organization.Roles.ToDictionary(
            r => r.Key, r => r.Key == role ? r.Value with { Users = [.. r.Value.Users.Where(u => u != user)] } : r.Value, StringComparer.Ordinal)),
    });

    /// <summary>Other people in the roles than usual.</summary>
    public GateScene Members(params IReadOnlyList<(string User, string Role)> members) => With(i => i with
    {
        Organization = new Organization(members.GroupBy(m => m.Role, m => m.User).ToDictionary(
            role => role.Key, role => new RoleSpec([.. role], []), StringComparer.Ordinal)),
    });

    /// <summary>Checks that CI must have passed; none named means all that are known.</summary>
    public GateScene NeedsChecks(params IReadOnlyList<string> names) =>
        With(i => i with { Environment = i.Environment with { RequiredChecks = new RequiredChecks(names) } });

    /// <summary>One more check of the commit, as a check run of GitHub Actions.</summary>
    public GateScene Checked(string name, string said, string app = "github-actions", bool ofDeployment = false, long? run = null)
    {
        var known = Input.Checks ?? new CommitChecks("abc1234def", []);
        var fact = new CommitFact { RepositoryId = 7, Sha = known.Commit, Kind = CommitFactKind.Check, Name = name, App = app, State = said, At = Now, Id = known.Facts.Count, Url = run is { } id ? $"https://github.com/acme/web/actions/runs/{id}/job/1" : null };
        return With(i => i with
        {
            Checks = known with { Facts = [.. known.Facts, fact], RunsOfDeployments = ofDeployment ? new HashSet<long> { fact.Id } : known.RunsOfDeployments },
        });
    }

    /// <summary>One more commit status, which anybody who may push can report.</summary>
    public GateScene Reported(string context, string said)
    {
        var known = Input.Checks ?? new CommitChecks("abc1234def", []);
        var fact = new CommitFact { RepositoryId = 7, Sha = known.Commit, Kind = CommitFactKind.Status, Name = context, App = "", State = said, At = Now, Id = known.Facts.Count };
        return With(i => i with { Checks = known with { Facts = [.. known.Facts, fact] } });
    }

    public GateScene NoChecks(string? why = null) => With(i => i with { Checks = new CommitChecks("abc1234def", []) { Unavailable = why } });

    public GateScene LockedUntil(string? time) => With(i => i with
    {
        Lock = new EnvironmentLock("ana", "data migration", Now.AddHours(-1), time is null ? null : Now - Now.TimeOfDay + TimeSpan.Parse(time)),
    });

    public GateScene PinnedTo(string version, string? until = null, Origin origin = Origin.Manual) => With(i => i with
    {
        Origin = origin, Pin = new EnvironmentPin("ana", "trade fair", version, Digest.Of(version), Now.AddHours(-1), until is null ? null : Now - Now.TimeOfDay + TimeSpan.Parse(until)),
    });

    public GateScene Suspended(Origin origin) => With(i => i with
    {
        Origin = origin, Suspension = new Suspension(new DeploymentId("00000000000000000000000000000008"), "v1.9 failed: status 500", Now.AddHours(-2)),
    });

    public GateResult Evaluate() => GateEvaluator.Evaluate(Input);

    public string InWords() => InWords(Evaluate());

    public static string InWords(GateResult result)
    {
        var text = new StringBuilder(result.IsOpen ? "open\n" : $"closed, waits for: {GateWords.WaitsFor(result)}\n");
        foreach (var line in GateWords.Lines(result))
        {
            text.Append($"{new string(' ', 2 + (2 * line.Depth))}{(line.Open ? "ok" : "no")} {line.Text}\n");
            if (line.WhatToDo is { } what) text.Append($"{new string(' ', 5 + (2 * line.Depth))}-> {what}\n");
        }

        if (result.NextInstant() is { } instant) text.Append($"  looked at again at {(instant.Date == Now.Date ? "" : $"{instant:yyyy-MM-dd} ")}{instant:HH:mm}\n");
        return text.ToString();
    }

    private static CalendarRule.Weekly Weekly(string days, string hours, string zone, string? reason) => ClockText.TryHours(hours, out var from, out var to)
        ? new CalendarRule.Weekly([.. days.Split(' ').Select(WeekDays.Day)], from, to, ZoneClock.Find(zone)!, reason)
        : throw new ArgumentException(hours, nameof(hours));

    private GateScene With(Func<GateInput, GateInput> change) => this with { Input = change(Input) };
}
