using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Towpath.AwsEmulator;
using Towpath.AwsEmulator.Ssm;

namespace Towpath.EndToEnd.Aws;

/// <summary>An emulated AWS, and a bare folder that holds one app spec and nothing else; the real program works on both.</summary>
internal sealed partial class AwsScene : IAsyncDisposable
{
    public const string Account = "111111111111";
    public const string Region = "us-east-1";

    private AwsScene(Emulator emulator) => Emulator = emulator;

    public Emulator Emulator { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("towpath-aws-").FullName;

    public SsmState Parameters => Emulator.State.Of<SsmState>();

    /// <summary>What `towpath` finds in its environment; a test changes it.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public string Journal => Path.Combine(Folder, ".towpath", "journal");

    /// <summary>The calls that were answered and can have changed something, in their order.</summary>
    public IReadOnlyList<string> Changes => [.. Emulator.Calls.All.Where(c => IsChange(c.Operation) && c.Status is >= 200 and < 300).Select(c => $"{c.Service}:{c.Operation}")];

    public static bool IsChange(string operation) => !Looks().IsMatch(operation);

    public static async Task<AwsScene> StartAsync()
    {
        var scene = new AwsScene(await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken));
        scene.Variables["AWS_ENDPOINT_URL"] = scene.Emulator.Url.GetLeftPart(UriPartial.Authority);
        scene.Variables["AWS_ACCESS_KEY_ID"] = scene.Emulator.Options.AccessKey;
        scene.Variables["AWS_SECRET_ACCESS_KEY"] = scene.Emulator.Options.Secret;
        scene.Variables["AWS_EC2_METADATA_DISABLED"] = "true";
        scene.Variables["TOWPATH_DEBUG"] = "1";
        // Nothing of whoever runs the tests.
        foreach (var name in (string[])["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) scene.Variables[name] = Path.Combine(scene.Folder, "none");
        return scene;
    }

    public void WriteSpec(string application, string yaml)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "apps"));
        File.WriteAllText(Path.Combine(Folder, "apps", $"{application}.yaml"), yaml);
    }

    public void Put(string parameter, string value) => Parameters.Put(Account, Region, parameter, value);

    public string? ValueOf(string parameter) => Parameters.ValueOf(Account, Region, parameter);

    public Task<Ran> RunAsync(params IReadOnlyList<string> arguments) => TowpathProcess.RunAsync(Folder, Variables, arguments);

    public Process Start(params IReadOnlyList<string> arguments) => TowpathProcess.Start(Folder, Variables, arguments);

    /// <summary>As <see cref="RunAsync"/> with <c>--json</c>; the exit code must be this one.</summary>
    public async Task<JsonElement> JsonAsync(int exitCode, params IReadOnlyList<string> arguments)
    {
        var ran = await RunAsync([.. arguments, "--json"]);
        Assert.True(ran.ExitCode == exitCode, $"{string.Join(' ', arguments)} ended with {ran.ExitCode}: {ran.Output}{ran.Error}");
        return JsonDocument.Parse(ran.Output).RootElement.Clone();
    }

    /// <summary>Without what is another thing each time.</summary>
    public string Steady(string text) => Unsteady().Replace(
        text.Replace(Folder, "FOLDER", StringComparison.Ordinal).Replace(Variables["AWS_ENDPOINT_URL"], "ENDPOINT", StringComparison.Ordinal), "…");

    public async ValueTask DisposeAsync()
    {
        await Emulator.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [GeneratedRegex("^(Describe|List|Get|Head|BatchGet|BatchCheck|Assume|Filter|Simulate)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Looks();

    [GeneratedRegex("(?<=request )[0-9A-Za-z-]{8,}|(?<=127[.]0[.]0[.]1:)[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Unsteady();
}
