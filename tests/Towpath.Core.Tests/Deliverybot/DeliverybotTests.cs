using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Deliverybot;
using Towpath.Core.Previews;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Deliverybot;

[Trait("Row", "D2")]
public sealed class DeliverybotTests
{
    [Fact]
    public void Files_are_read_with_their_notes_and_become_environments()
    {
        var told = new StringBuilder();
        foreach (var (title, text) in Cases()) told.Append(CultureInfo.InvariantCulture, $"== {title}\n{Show(text)}\n");
        Snapshot.Matches(told.ToString());
    }

    [Fact]
    public void What_is_otherwise_in_every_file_is_told_once_and_only_where_there_is_something_to_deploy()
    {
        var told = DeliverybotReader.Read("a: { environment: a, required_contexts: [ci] }\nb: { environment: b, required_contexts: [ci] }\n").File!.Notes;
        Assert.Equal(["default-branch", "failed-again", "waits"], told.Select(note => note.Code));
        Assert.Empty(DeliverybotReader.Read("").File!.Notes);
    }

    [Fact]
    public void No_target_gets_the_name_of_a_pull_requests_slot()
    {
        var file = DeliverybotReader.Read("pr: { environment: a }\nPR: { environment: b }\npr.: { environment: c }\npr-2: { environment: d }\n").File!;
        var names = DeliverybotTranslation.NamesOf(file.Targets);
        Assert.Equal(4, names.Values.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(names.Values, PreviewSlot.IsReserved);
    }

    [Theory]
    [InlineData("refs/heads/main", "refs/heads/main", true)]
    [InlineData("refs/heads/main", "refs/heads/main2", false)]
    [InlineData("refs/heads/main", "refs/tags/main", false)]
    [InlineData("refs/heads/release/*", "refs/heads/release/1", true)]
    [InlineData("refs/heads/release/*", "refs/heads/release/1/2", true)]
    [InlineData("refs/heads/release/*", "refs/heads/release", false)]
    [InlineData("refs/heads/rel*", "refs/heads/release/1", true)]
    [InlineData("refs/tags/v*", "refs/tags/v1.2", true)]
    [InlineData("refs/tags/v*", "refs/heads/v1.2", false)]
    [InlineData("refs/*", "refs/heads/a/b", true)]
    [InlineData("refs/*", "refs/tags/a", true)]
    [InlineData("refs/t*", "refs/tags/a", true)]
    [InlineData("refs/t*", "refs/heads/a", false)]
    [InlineData("*", "refs/heads/a", true)]
    [InlineData("refs/heads/*-rc", "refs/heads/1-rc", true)]
    [InlineData("refs/heads/*-rc", "refs/heads/1-rc2", false)]
    [InlineData("main", "refs/heads/main", false)]
    [InlineData("refs/heads/", "refs/heads/main", false)]
    [InlineData("Refs/heads/main", "refs/heads/main", false)]
    [InlineData("pr", "refs/heads/pr", false)]
    public void Ref_is_matched_as_it_was_or_more_narrowly(string on, string pushed, bool expected)
    {
        var rule = DeliverybotRefs.ToAutoDeploy(on);
        var (branch, tag) = (After("refs/heads/", pushed), After("refs/tags/", pushed));
        Assert.Equal(expected, rule?.Includes(branch, tag, "web") is true);
        Assert.True(!expected || OriginallyMatched(on, pushed), "never wider than the original");
    }

    [Theory]
    [InlineData("pr${{ pr }}", "pr42")]
    [InlineData("${{ref}}/${{  sha  }}", "feature/x/0123456789")]
    [InlineData("${{ short_sha }}${{ short_sha }}", "01234560123456")]
    [InlineData("${{ owner }}/${{ repo }}:${{ target }}", "acme/web:review")]
    [InlineData("${{ commit.sha }} ${{ pull_request.head.ref }} ${{ pull_request.number }}", "0123456789 feature/x 42")]
    [InlineData("${{ unknown }}|${{ pull_request.title }}|${{ Pr }}", "||")]
    [InlineData("{{ pr }} {pr} $pr ${ { pr } }", "{{ pr }} {pr} $pr ${ { pr } }")]
    [InlineData("open ${{ pr", "open ${{ pr")]
    [InlineData("${{ pr }} ${{", "42 ${{")]
    [InlineData("${{{ pr }}}", "}")]
    [InlineData("", "")]
    public void Variables_are_filled_in_once(string text, string expected) => Assert.Equal(expected, Variables.Fill(text));

    [Fact]
    public void Values_that_look_like_variables_or_json_stay_text()
    {
        var hostile = Variables with { Ref = "${{ sha }}\",\"admin\":true,\"x\":\"`$(id)`" };
        Assert.Equal("${{ sha }}\",\"admin\":true,\"x\":\"`$(id)`", hostile.Fill("${{ ref }}"));
        var payload = hostile.Fill(JsonNode.Parse("""{"branch":"${{ ref }}","n":1,"list":["${{ pr }}",null,true]}"""));
        Assert.Equal(["branch", "n", "list"], payload!.AsObject().Select(entry => entry.Key));
        Assert.Equal(hostile.Ref, (string?)payload["branch"]);
        Assert.Equal("""["42",null,true]""", payload["list"]!.ToJsonString());
    }

    [Fact]
    public void Aliases_of_aliases_do_not_grow_without_end()
    {
        var bomb = new StringBuilder("a0: &a0 { payload: { x: [1,2,3,4,5,6,7,8,9] } }\n");
        for (var i = 1; i < 40; i++) bomb.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} {{ payload: {{ x: [*a{i - 1}, *a{i - 1}, *a{i - 1}] }} }}\n");
        var error = Assert.Single(DeliverybotReader.Read(bomb.ToString()).Errors);
        Assert.Equal("too-many-values", error.Code);
    }

    [Fact]
    public void Aliases_of_aliases_do_not_get_deeper_than_what_is_written_out()
    {
        var ladder = new StringBuilder("a0: &a0 { payload: {} }\n");
        for (var i = 1; i < 60; i++) ladder.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} {{ payload: {{ x: *a{i - 1} }} }}\n");
        Assert.Equal("too-deep", Assert.Single(DeliverybotReader.Read(ladder.ToString()).Errors).Code);
    }

    [Theory]
    [InlineData("a: &a { payload: { x: *a } }")]
    [InlineData("? [a]\n: b")]
    [InlineData("a: { environment: !evil x }")]
    [InlineData("a: { environment: x }\na: { environment: y }")]
    [InlineData("a: { environment: x }\n---\nb: { environment: y }")]
    [InlineData("- a")]
    [InlineData("a:\n\t- b")]
    [InlineData("\"\\0\": { environment: x }")]
    public void Broken_files_are_errors_with_their_place_and_never_exceptions(string text)
    {
        var result = DeliverybotReader.Read(text);
        Assert.Null(result.File);
        Assert.NotEmpty(result.Errors);
        Assert.All(result.Errors, error => Assert.True(error.Line >= 1));
    }

    [Fact]
    public void Every_key_is_described_and_every_setting_of_a_translation_is_listed()
    {
        Assert.All(DeliverybotGrammar.Target.Keys, key => Assert.EndsWith(".", key.Description, StringComparison.Ordinal));
        var file = DeliverybotReader.Read("a: { description: x, environment: a }\n").File!;
        var environment = Assert.Single(DeliverybotTranslation.ToApplication(file, "web", "acme/web").Environments);
        Assert.Equal(DeliverybotTranslation.Settings.Order(), environment.Target.Settings.Select(entry => entry.Key).Order());
    }

    [Fact]
    public void Pull_request_s_slot_is_found_by_its_name_like_any_environment()
    {
        var file = DeliverybotReader.Read("review: { auto_deploy_on: pr, environment: 'pr${{pr}} {pr}' }\nstaging: { environment: staging }\n").File!;
        var application = DeliverybotTranslation.ToApplication(file, "web", "acme/web");
        Assert.Equal("staging", application.FindEnvironment("staging")!.Name);
        Assert.Equal("pr${{pr}} {pr}", (string?)application.FindEnvironment("pr-42-review")!.Target.Settings["environment"]);
        Assert.Null(application.FindEnvironment("pr-42"));
        Assert.Null(application.FindEnvironment("review"));
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly DeploymentVariables Variables = new("feature/x", "0123456789", 42, "review", "acme", "web");

    /// <summary>How Deliverybot compared: letter by letter up to the first star.</summary>
    private static bool OriginallyMatched(string on, string pushed)
    {
        var star = on.IndexOf('*', StringComparison.Ordinal);
        return star < 0 ? on == pushed : pushed.StartsWith(on[..star], StringComparison.Ordinal);
    }

    private static string? After(string prefix, string text) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    private static string Show(string text)
    {
        var result = DeliverybotReader.Read(text);
        if (result.File is not { } file) return string.Concat(result.Errors.Select(error => $"  error {error}\n"));
        var shown = new StringBuilder();
        foreach (var note in file.Notes.Where(note => note.Line > 1 || note.Code is not ("default-branch" or "failed-again" or "waits")))
            shown.Append(CultureInfo.InvariantCulture, $"  line {note.Line} [{note.Code}] {note.Message}\n");
        var application = DeliverybotTranslation.ToApplication(file, "web", "acme/web");
        foreach (var environment in application.Environments) shown.Append(Show(environment));
        foreach (var preview in application.Previews?.Targets ?? []) shown.Append(Show(preview));
        return shown.Length == 0 ? "  nothing\n" : shown.ToString();
    }

    private static string Show(EnvironmentSpec environment) =>
        $"  {environment.Name}: {On(environment.AutoDeploy)}, {Checks(environment.RequiredChecks)}\n    {environment.Target.Kind} {Json(environment.Target)}\n";

    private static string Show(PreviewTarget preview) =>
        $"  pr-42-{preview.Name}: {(preview.IsAutomatic ? "every pull request" : "by label or command")}, {Checks(preview.RequiredChecks)}\n    {preview.Template.Kind} {Json(preview.Template)}\n";

    private static string On(AutoDeploy? rule) => rule is null ? "by hand" : $"on branch {rule.Branch ?? "-"} or tag {rule.Tag ?? "-"}";

    private static string Checks(RequiredChecks? checks) => checks is null ? "no checks" : checks.IsEvery ? "all checks" : $"checks {string.Join(", ", checks.Names)}";

    private static string Json(TargetSpec target) => target.Settings.ToJsonString(Plain);

    private static IEnumerable<(string Title, string Text)> Cases([CallerFilePath] string test = "")
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(test)!, "Cases", "files.txt")).ReplaceLineEndings("\n");
        foreach (var part in text.Split("=== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var line = part.IndexOf('\n', StringComparison.Ordinal);
            yield return (part[..line], part[(line + 1)..]);
        }
    }
}
