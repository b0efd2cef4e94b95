using System.Text;
using System.Text.RegularExpressions;
using Towpath.Testing;

namespace Towpath.EndToEnd.Aws;

/// <summary>`towpath` from a bare folder with the spec alone: everything else is found in AWS, and what is wrong there is said before anything is changed.</summary>
[Trait("Row", "O6")]
public sealed partial class AwsDeployTests
{
    private static readonly string[] DeployShop = ["deploy", "shop", "--env", "dev", "--version", "sha-abc1234"];
    private static readonly string[] DeployResize = ["deploy", "resize", "--env", "dev", "--version", "sha-abc1234"];
    private static readonly string[] DeployDocs = ["deploy", "docs", "--env", "dev", "--version", "sha-abc1234"];

    [Fact]
    [Trait("Row", "C4")]
    [Trait("Row", "C7")]
    public async Task Service_is_deployed_from_the_spec_alone_and_can_be_looked_at_before_and_after()
    {
        await using var scene = await EcsEstate.StartAsync();
        var before = EcsEstate.State(scene);

        var plan = await scene.RunAsync([.. DeployShop, "--plan"]);
        Assert.Equal((0, 0), (plan.ExitCode, scene.Changes.Count));
        Assert.Equal(before, EcsEstate.State(scene));
        Snapshot.Matches(Hashes().Replace(plan.Output, "sha256:…"), "Plan_of_a_service");
        var verified = await scene.RunAsync("verify", "shop", "--env", "dev");
        Assert.True(verified.ExitCode == 0 && scene.Changes.Count == 0, verified.Output + verified.Error);

        var done = await scene.JsonAsync(0, DeployShop);

        Assert.Equal("succeeded", done.GetProperty("phase").GetString());
        Assert.Equal(
            $"{EcsEstate.Repository}@{EcsEstate.DigestOf(scene, "sha-abc1234")}; 2 revisions; 2 service deployments; the parameter says sha-abc1234", EcsEstate.State(scene));
        var seen = (await scene.JsonAsync(0, "observe", "shop", "--env", "dev")).GetProperty("environments")[0];
        Assert.Equal(("healthy", "sha-abc1234", EcsEstate.DigestOf(scene, "sha-abc1234")), (Text(seen, "health"), Text(seen, "version"), Text(seen, "digest")));
    }

    [Fact]
    [Trait("Row", "T16")]
    public async Task Running_service_is_adopted_and_a_rollout_that_crashes_goes_back_to_it()
    {
        await using var scene = await EcsEstate.StartAsync();
        var adopted = await scene.JsonAsync(0, "adopt", "shop", "--env", "dev", "--standalone");
        Assert.Equal("sha-abc1111", Text(adopted, "version"));
        Assert.Empty(scene.Changes);
        scene.Script().Rollout("main", "web", Towpath.AwsEmulator.Ecs.Rollouts.RolloutScript.Crashes(1, "no database"));

        var ended = await scene.JsonAsync(1, DeployShop);

        Assert.Equal(("rolled_back", "sha-abc1111"), (Text(ended, "phase"), Text(ended, "rolled_back_to")));
        Assert.StartsWith($"{EcsEstate.Repository}@{EcsEstate.DigestOf(scene, "sha-abc1111")}; ", EcsEstate.State(scene), StringComparison.Ordinal);
        Assert.EndsWith("the parameter says sha-abc1111", EcsEstate.State(scene), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Site_is_deployed_from_the_spec_alone_and_adopted_where_the_journal_is_lost()
    {
        await using var scene = await SiteEstate.StartAsync();
        Assert.Equal("succeeded", Text(await scene.JsonAsync(0, DeployDocs), "phase"));
        Assert.Contains("index.html 'good two'", SiteEstate.State(scene), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(scene.Folder, ".towpath"), recursive: true);
        var changes = scene.Changes.Count;

        var adopted = await scene.JsonAsync(0, "adopt", "docs", "--env", "dev", "--standalone");

        Assert.False(adopted.GetProperty("already").GetBoolean());
        Assert.Equal(changes, scene.Changes.Count);
        var plan = await scene.RunAsync("deploy", "docs", "--env", "dev", "--version", "sha-abc1234", "--plan");
        Assert.Contains("no differences", plan.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_in_ECR_gets_another_tag_once_and_no_tag_of_another_image()
    {
        await using var scene = await EcsEstate.StartAsync();
        var image = $"{EcsEstate.Repository}@{EcsEstate.DigestOf(scene, "sha-abc1234")}";
        Assert.False((await scene.JsonAsync(0, "tag", image, "v1.2.0")).GetProperty("already").GetBoolean());
        Assert.True((await scene.JsonAsync(0, "tag", image, "v1.2.0")).GetProperty("already").GetBoolean());
        Assert.Equal(EcsEstate.DigestOf(scene, "sha-abc1234"), EcsEstate.DigestOf(scene, "v1.2.0"));
        Assert.Equal(["ecr:PutImage"], scene.Changes.Where(c => c.StartsWith("ecr:", StringComparison.Ordinal)));

        Assert.Equal("tag_taken", Text((await scene.JsonAsync(1, "tag", image, "sha-abc1111")).GetProperty("error"), "code"));
        scene.Emulator.Script.Deny("ecr:PutImage");
        Assert.Contains("ecr:PutImage", Text((await scene.JsonAsync(5, "tag", image, "v1.2.1")).GetProperty("error"), "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Function_is_deployed_from_the_spec_alone()
    {
        await using var scene = await FunctionEstate.StartAsync();
        var plan = await scene.RunAsync([.. DeployResize, "--plan"]);
        Assert.True(plan.ExitCode == 0 && scene.Changes.Count == 0, plan.Output + plan.Error + string.Join(", ", scene.Changes));

        Assert.Equal("succeeded", Text(await scene.JsonAsync(0, DeployResize), "phase"));

        Assert.Equal("live is 1; 1 versions; the parameter says sha-abc1234", FunctionEstate.State(scene));
        var seen = (await scene.JsonAsync(0, "observe", "resize", "--env", "dev")).GetProperty("environments")[0];
        Assert.Equal(("healthy", "sha-abc1234"), (Text(seen, "health"), Text(seen, "version")));
    }

    /// <summary>Each is said with its exit code and what to do, and nothing was changed.</summary>
    [Fact]
    public async Task What_is_wrong_is_said_before_anything_is_changed()
    {
        var told = new StringBuilder();
        foreach (var (name, begin, arguments) in Wrong)
        {
            await using var scene = await begin();
            scene.Emulator.Calls.Clear();
            var ran = await scene.RunAsync(arguments);
            told.Append($"{name}\n  exit code {ran.ExitCode}\n");
            foreach (var line in Hashes().Replace(scene.Steady(ran.Output + ran.Error), "sha256:…").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                if (!line.StartsWith("without a control plane", StringComparison.Ordinal)) told.Append($"  {line}\n");
            told.Append($"  changed: {(scene.Changes.Count == 0 ? "nothing" : string.Join(", ", scene.Changes))}\n\n");
        }

        Snapshot.Matches(told.ToString());
    }

    private static IReadOnlyList<(string Name, Func<Task<AwsScene>> Begin, string[] Arguments)> Wrong { get; } =
    [
        ("a parameter is missing", () => ShopAsync(s => s.WriteSpec("shop", EcsEstate.Spec.Replace("ecs-service-name", "ecs-sevice-name", StringComparison.Ordinal))), DeployShop),
        ("the region is another", () => ShopAsync(s => s.WriteSpec("shop", EcsEstate.Spec.Replace("region: us-east-1", "region: eu-central-1", StringComparison.Ordinal))), DeployShop),
        ("the service is not there", () => ShopAsync(s => s.Put("/shop/dev/ecs-service-name", "wbe")), DeployShop),
        ("no container has that name", () => ShopAsync(s => s.WriteSpec("shop", EcsEstate.Spec.Replace("container: web", "container: wbe", StringComparison.Ordinal))), DeployShop),
        ("the image is not in the registry", () => ShopAsync(_ => { }), ["deploy", "shop", "--env", "dev", "--version", "sha-0000000"]),
        ("the token has expired", () => ShopAsync(Expire), DeployShop),
        ("there are no credentials", () => ShopAsync(s => s.Variables.Remove("AWS_ACCESS_KEY_ID")), DeployShop),
        ("reading the parameters is denied", () => ShopAsync(s => s.Emulator.Script.Deny("ssm:GetParameters")), DeployShop),
        ("looking at the service is denied", () => ShopAsync(s => s.Emulator.Script.Deny("ecs:DescribeServices")), DeployShop),
        ("reading the registry is denied", () => ShopAsync(s => s.Emulator.Script.Deny("ecr:BatchGetImage")), DeployShop),
        ("nothing answers at the endpoint", () => ShopAsync(s => s.Variables["AWS_ENDPOINT_URL"] = $"http://127.0.0.1:{Ports.Free(1)[0]}"), DeployShop),
        ("the zip is not there", SiteEstate.StartAsync, ["deploy", "docs", "--env", "dev", "--version", "sha-0000000"]),
        ("the zip has another digest than asked for", SiteEstate.StartAsync, [.. DeployDocs, "--artifact", $"s3://shared-artifacts/builds/docs/sha-abc1234.zip@sha256:{new string('0', 64)}"]),
        ("the bucket is not there", () => DocsAsync(s => s.Put("/docs/dev/website-bucket-name", "docs-dve")), DeployDocs),
        ("reading the zip is denied", () => DocsAsync(s => s.Emulator.Script.Deny("s3:GetObject")), DeployDocs),
        ("the function is not there", () => ResizeAsync(s => s.Put("/resize/dev/function-name", "resise")), DeployResize),
        ("looking at the function is denied", () => ResizeAsync(s => s.Emulator.Script.Deny("lambda:GetFunction*")), DeployResize),
        ("observing is denied", () => ShopAsync(s => s.Emulator.Script.Deny("ecs:DescribeServices")), ["observe", "shop", "--env", "dev"]),
        ("verifying is denied altogether", () => ShopAsync(s => s.Emulator.Script.Deny("*")), ["verify", "shop", "--env", "dev"]),
        ("verifying is denied look by look", () => ShopAsync(s => { s.WriteSpec("shop", Plain(EcsEstate.Spec)); s.Emulator.Script.Deny("*"); }), ["verify", "shop", "--env", "dev"]),
        ("verifying is denied in part", () => ShopAsync(s => s.Emulator.Script.Deny("ecs:*")), ["verify", "shop", "--env", "dev"]),
        ("verifying a site is denied altogether", () => DocsAsync(s => s.Emulator.Script.Deny("*")), ["verify", "docs", "--env", "dev"]),
        ("verifying a function is denied altogether", () => ResizeAsync(s => s.Emulator.Script.Deny("*")), ["verify", "resize", "--env", "dev"]),
        ("verifying finds a missing parameter", () => ShopAsync(s => s.WriteSpec("shop", EcsEstate.Spec.Replace("ecs-service-name", "ecs-sevice-name", StringComparison.Ordinal))), ["verify", "shop", "--env", "dev"]),
    ];

    /// <summary>Names instead of parameters that have them.</summary>
    private static string Plain(string spec) =>
        spec.Replace("ssm:/shop/dev/ecs-cluster-name", "main", StringComparison.Ordinal).Replace("ssm:/shop/dev/ecs-service-name", "web", StringComparison.Ordinal);

    private static async Task<AwsScene> ShopAsync(Action<AwsScene> change)
    {
        var scene = await EcsEstate.StartAsync();
        change(scene);
        return scene;
    }

    private static async Task<AwsScene> ResizeAsync(Action<AwsScene> change)
    {
        var scene = await FunctionEstate.StartAsync();
        change(scene);
        return scene;
    }

    private static async Task<AwsScene> DocsAsync(Action<AwsScene> change)
    {
        var scene = await SiteEstate.StartAsync();
        change(scene);
        return scene;
    }

    /// <summary>The keys of a session that has ended.</summary>
    private static void Expire(AwsScene scene)
    {
        var session = scene.Emulator.World.Credentials.Issue("arn:aws:iam::111111111111:role/ci", "run-1", "AROACI", scene.Emulator.World.Now.AddHours(1));
        (scene.Variables["AWS_ACCESS_KEY_ID"], scene.Variables["AWS_SECRET_ACCESS_KEY"], scene.Variables["AWS_SESSION_TOKEN"]) = (session.AccessKey, session.Secret, session.SessionToken!);
        scene.Emulator.World.Credentials.ExpireSessions();
    }

    private static string? Text(System.Text.Json.JsonElement json, string name) => json.GetProperty(name).GetString();

    [GeneratedRegex("sha256:(?!0{64})[0-9a-f]{64}", RegexOptions.None, 1000)]
    private static partial Regex Hashes();
}
