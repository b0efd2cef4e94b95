using System.Text.Json.Nodes;
using Towpath.Aws.Tests.Bed;
using Towpath.Aws.Tests.Ecs;
using Towpath.Aws.Tests.Lambda;
using Towpath.Aws.Tests.StaticSite;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.Ssm;

/// <summary>A SecureString where a plain value is meant: its value is neither asked for nor told, and the words say what to use instead.</summary>
public sealed class SecretParameterTests
{
    private const string Name = "/shop/dev/db-password";

    private const string Value = "hunter2-canary";

    private const string Words = "the parameter /shop/dev/db-password is a SecureString, and Towpath does not read secrets; use a String parameter";

    [Theory]
    [InlineData("service", "ssm:" + Name)]
    [InlineData("cluster", "ssm:" + Name)]
    [InlineData("version_parameter", Name)]
    public async Task Ecs_says_so_without_its_value(string key, string reference)
    {
        await using var bed = await EcsBed.StartAsync();
        await WriteSecretAsync(bed.Aws);
        bed.Settings[key] = reference;
        Says((await bed.Deployment().PlanAsync()).ToString());
        Says((await PreviewAsync(bed.Aws, "ecs", bed.Request())).ToString());
        Says((await ObserveAsync(bed.Aws, "ecs", bed.Look())).ToString());
        Says(Tree(await InspectAsync(bed.Aws, "ecs", bed.Look())));
    }

    [Theory]
    [InlineData("bucket", "ssm:" + Name)]
    [InlineData("function", "ssm:" + Name)]
    [InlineData("version_parameter", Name)]
    public async Task Lambda_says_so_without_its_value(string key, string reference)
    {
        await using var bed = await LambdaBed.StartAsync();
        await WriteSecretAsync(bed.Aws);
        bed.Settings[key] = reference;
        var artifact = bed.Build("one");
        Says((await bed.Deployment(artifact, "v1").PlanAsync()).ToString());
        Says((await PreviewAsync(bed.Aws, "lambda", bed.Request(artifact, "v1"))).ToString());
        Says((await ObserveAsync(bed.Aws, "lambda", bed.Question)).ToString());
        Says(Tree(await InspectAsync(bed.Aws, "lambda", bed.Question)));
    }

    [Theory]
    [InlineData("bucket", "ssm:" + Name)]
    [InlineData("key_parameter", Name)]
    public async Task Static_site_says_so_without_its_value(string key, string reference)
    {
        await using var bed = await SiteBed.StartAsync();
        await WriteSecretAsync(bed.Aws);
        bed.Settings[key] = reference;
        var artifact = bed.Build("v1", ("index.html", "1"));
        Says((await PreviewAsync(bed.Aws, "static-site", bed.Request(artifact))).ToString());
        Says((await ObserveAsync(bed.Aws, "static-site", bed.Look)).ToString());
        Says(Tree(await InspectAsync(bed.Aws, "static-site", bed.Look)));
    }

    [Fact]
    public async Task Parameter_that_becomes_a_secret_after_the_plan_fails_the_step_and_its_value_is_in_no_journal()
    {
        await using var bed = await EcsBed.StartAsync();
        bed.Settings["version_parameter"] = Name;
        await bed.WriteParameterAsync(Name, "v1");
        var deployment = bed.Deployment();
        await deployment.BeginAsync();
        await WriteSecretAsync(bed.Aws);

        var ended = await deployment.RunAsync();

        Assert.Equal(Phase.RolledBack, ended.Phase);
        Says(ended.Outcome);
        Assert.Equal(1, bed.Revisions);
        var written = System.Text.Json.JsonSerializer.Serialize(deployment.State, Core.CoreJson.Default.Deployment) + string.Join('\n', deployment.Journal.Lines);
        Assert.DoesNotContain(Value, written, StringComparison.Ordinal);
        Assert.DoesNotContain("AQICAH", written, StringComparison.Ordinal);
    }

    private static Task<JsonObject> WriteSecretAsync(AwsBed aws) => EmulatorHttp.JsonAsync(
        aws.Emulator, "ssm", "AmazonSSM.PutParameter", new JsonObject { ["Name"] = Name, ["Value"] = Value, ["Type"] = "SecureString", ["Overwrite"] = true });

    private static Task<PreviewResult> PreviewAsync(AwsBed aws, string kind, PlanRequest request) =>
        aws.PassAsync(aws.NewProcess().GetServices<ITargetPreview>().Single(p => p.Kind == kind).PreviewAsync(request, TestContext.Current.CancellationToken));

    private static Task<ObserveResult> ObserveAsync(AwsBed aws, string kind, TargetLook look) =>
        aws.PassAsync(aws.NewProcess().GetServices<ITarget>().Single(t => t.Kind == kind).ObserveAsync(look, TestContext.Current.CancellationToken));

    private static Task<Finding> InspectAsync(AwsBed aws, string kind, TargetLook look) =>
        aws.PassAsync(aws.NewProcess().GetServices<ITargetInspection>().Single(i => i.Kind == kind).InspectAsync(look, TestContext.Current.CancellationToken));

    private static string Tree(Finding finding) => $"{finding.State} {finding.Subject}: {finding.Detail}\n{string.Concat(finding.Children.Select(Tree))}";

    private static void Says(string? told)
    {
        Assert.Contains(Words, told, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, told, StringComparison.Ordinal);
        Assert.DoesNotContain("AQICAH", told, StringComparison.Ordinal);
    }
}
