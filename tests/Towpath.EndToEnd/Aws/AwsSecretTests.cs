namespace Towpath.EndToEnd.Aws;

/// <summary>A secret that the target has is in nothing that `towpath` prints or writes.</summary>
public sealed class AwsSecretTests
{
    private const string Canary = "hunter2-canary";

    private static readonly string[] Deploy = ["deploy", "shop", "--env", "dev", "--version", "sha-abc1234"];

    [Fact]
    [Trait("Row", "C7")]
    public async Task Variable_that_becomes_a_secret_is_told_without_its_old_value_in_text_and_JSON()
    {
        await using var scene = await EcsEstate.StartAsync();
        scene.WriteSpec("shop", EcsEstate.Spec + "      secrets: { MODE: \"ssm:/shop/dev/mode\" }\n");

        var text = await scene.RunAsync([.. Deploy, "--plan"]);
        var json = await scene.JsonAsync(0, [.. Deploy, "--plan"]);

        Assert.Contains("containerDefinitions[web].environment[MODE]\n  - (not shown)", text.Output, StringComparison.Ordinal);
        Assert.Contains("containerDefinitions[web].secrets[MODE]\n  + /shop/dev/mode", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("live", text.Output + text.Error + json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deploy shop --env dev --version sha-abc1234 --plan")]
    [InlineData("deploy shop --env dev --version sha-abc1234")]
    [InlineData("observe shop --env dev")]
    [InlineData("verify shop --env dev")]
    public async Task SecureString_where_a_plain_value_is_meant_is_refused_without_its_value(string arguments)
    {
        await using var scene = await EcsEstate.StartAsync();
        scene.Parameters.Put(AwsScene.Account, AwsScene.Region, EcsEstate.Version, Canary, "SecureString");

        var ran = await scene.RunAsync(arguments.Split(' '));

        Assert.Equal(arguments.StartsWith("verify", StringComparison.Ordinal) ? 1 : 2, ran.ExitCode);
        Assert.Contains($"the parameter {EcsEstate.Version} is a SecureString, and Towpath does not read secrets; use a String parameter", ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(scene.Folder, "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains(Canary, StringComparison.Ordinal));
        Assert.Empty(scene.Changes);
    }
}
