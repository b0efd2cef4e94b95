using FsCheck;
using FsCheck.Fluent;

namespace Towpath.Server.Tests.Features.GitHub.Watches;

/// <summary>A day of events of one repository, in the order in which they happened, each in a second of its own.</summary>
/// <param name="Told">What happened.</param>
internal sealed record Day(IReadOnlyList<Told> Told)
{
    private static readonly Gen<Happening> Happenings = Gen.Frequency(
        (6, Gen.Elements("main", "main", "release/1", "other").Select(branch => new Happening("push", branch))),
        (2, Gen.Constant(new Happening("tag", ""))),
        (1, Gen.Constant(new Happening("delete", "release/1"))),
        (4, Gen.Zip(Gen.Elements("test", "lint"), Gen.Elements("success", "failure", "pending")).Select(said => new Happening("status", said.Item1, said.Item2))),
        (4, Gen.Zip(Gen.Elements("test", "build"), Gen.Elements("success", "failure", "in_progress")).Select(said => new Happening("check_run", said.Item1, said.Item2))),
        (3, Gen.Zip(Gen.Choose(1, 2), Gen.Elements("deploy", "bug", "closed", "fork")).Select(pull => new Happening("pull_request", $"{pull.Item1}", pull.Item2))));

    public static Gen<Day> Any => Gen.Choose(8, 25).SelectMany(count => Gen.ListOf(Happenings, count)).Select(Of);

    /// <summary>Each push brings a commit of its own; checks and pull requests are about one of those that were pushed before.</summary>
    private static Day Of(IEnumerable<Happening> happenings)
    {
        var told = new List<Told>();
        var (second, commits) = (0, 0);
        foreach (var h in happenings)
        {
            second++;
            var pushed = Sha(Math.Max(1, commits - (second % 2)));
            told.Add(h.What switch
            {
                "push" => new Told("push", Ref("refs/heads/" + h.Name, Sha(++commits)), second),
                // A tag of its own each time: a version always means the same commit, so that which one came first would matter.
                "tag" => new Told("push", Ref($"refs/tags/v{second}", Sha(++commits)), second),
                "delete" => new Told("push", Ref("refs/heads/" + h.Name, new string('0', 40)), second),
                "status" => new Told("status", $$"""{"sha": "{{pushed}}", "context": "{{h.Name}}", "state": "{{h.State}}", "created_at": "{at}", "id": {{second}}}""", second),
                "check_run" => new Told("check_run", CheckRun(pushed, h, second), second),
                _ => new Told("pull_request", Pull(pushed, h, second), second),
            });
        }

        return new Day(told);
    }

    private static string Sha(int number) => number.ToString("x40");

    private static string Ref(string name, string after) => $$"""{"ref": "{{name}}", "before": "{{new string('0', 40)}}", "after": "{{after}}"}""";

    private static string CheckRun(string sha, Happening h, int id) =>
        $$$"""{"action": "completed", "check_run": {"id": {{{id}}}, "head_sha": "{{{sha}}}", "name": "{{{h.Name}}}", "status": "{{{(h.State == "in_progress" ? "in_progress" : "completed")}}}", "conclusion": {{{(h.State == "in_progress" ? "null" : $"\"{h.State}\"")}}}, "started_at": "{at}", "app": {"id": 1, "slug": "ci"} } }""";

    private static string Pull(string sha, Happening h, int _) =>
        $$$"""
        {"action": "edited", "number": {{{h.Name}}}, "pull_request": {"number": {{{h.Name}}}, "state": "{{{(h.State == "closed" ? "closed" : "open")}}}", "merged": false, "title": "a change",
         "head": {"sha": "{{{sha}}}", "ref": "main", "repo": {"id": {{{(h.State == "fork" ? "9999" : "{id}")}}} } }, "base": {"ref": "main"}, "labels": [{"name": "{{{h.State}}}"}], "updated_at": "{at}"} }
        """;

    private sealed record Happening(string What, string Name, string State = "");
}

/// <param name="Event">Such as <c>push</c>.</param>
/// <param name="Payload">Without the repository.</param>
/// <param name="Second">When it happened.</param>
internal sealed record Told(string Event, string Payload, int Second)
{
    private const long Start = 1_900_000_000;

    /// <summary>As it is delivered for a repository.</summary>
    public string In(long repository)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(Start + Second).ToString("yyyy-MM-ddTHH:mm:ssZ");
        var members = Payload.Replace("{at}", at, StringComparison.Ordinal).Replace("{id}", $"{repository}", StringComparison.Ordinal).Trim();
        return $$$"""
            {{{members[..^1]}}}, "repository": {"id": {{{repository}}}, "full_name": "acme/r{{{repository}}}", "owner": {"id": 70}, "updated_at": "2030-03-17T17:46:40Z", "pushed_at": {{{Start + Second}}}},
             "installation": {"id": 5}, "sender": {"id": 9, "login": "kim", "type": "User"}}
            """;
    }
}
