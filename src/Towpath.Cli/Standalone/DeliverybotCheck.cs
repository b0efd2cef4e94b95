using Towpath.Cli.Output;
using Towpath.Core.Applications;
using Towpath.Core.Deliverybot;
using Towpath.Core.Operators;

namespace Towpath.Cli.Standalone;

/// <summary>What checking one Deliverybot file found: it is read as the control plane reads it.</summary>
/// <param name="File">Null where it is wrong.</param>
/// <param name="Errors">With the path as it was given.</param>
internal sealed record DeliverybotCheck(DeliverybotFileView? File, IReadOnlyList<SpecError> Errors)
{
    private const long Largest = 16 * 1024 * 1024;

    /// <summary>Whose it is says <c>towpath.yaml</c> of the control plane, and nothing in the file.</summary>
    private static readonly DeliverybotPlace Somewhere = new("application", "owner/repository");

    /// <summary>Whether this is where Deliverybot's users have it.</summary>
    public static bool Knows(string path) => Path.GetFullPath(path).EndsWith("/" + DeliverybotReader.FileName, StringComparison.Ordinal);

    public static DeliverybotCheck Of(string path)
    {
        // Far beyond what is read, and still said by whoever reads.
        if (new FileInfo(path).Length > Largest) return Wrong(path, "too-large", $"the file is larger than {Largest} bytes");
        if (ConfigurationText.Of(System.IO.File.ReadAllBytes(path)) is not { } text) return Wrong(path, "unreadable", "It is not UTF-8 text. Save it as UTF-8.");
        var files = new ConfigurationFiles(new Dictionary<string, string>(StringComparer.Ordinal) { [Somewhere.Path] = text }, null);
        var loaded = LocalTargets.Load(OperatorSettingsReader.Defaults(Environment.CurrentDirectory), files, limits: null);
        if (loaded.Configuration is not { } configuration) return new DeliverybotCheck(null, [.. loaded.Errors.Select(error => error with { File = path })]);
        var read = DeliverybotReader.Read(text).File!;
        return new DeliverybotCheck(new DeliverybotFileView(path, Environments(read, configuration.FindApplication(Somewhere.Application)), read.Notes), []);
    }

    private static DeliverybotEnvironmentView[] Environments(DeliverybotFile file, ApplicationSpec? application)
    {
        var names = DeliverybotTranslation.NamesOf(file.Targets);
        return [.. file.Targets.Select(target => (target, name: names[target.Name])).Select(one => new DeliverybotEnvironmentView(
            one.name, one.target.Name, one.target.IsOfPullRequests, AutoDeploy(application, one.name), PolicyWords.Of(one.target.RequiredChecks), one.target.Environment))];
    }

    private static string AutoDeploy(ApplicationSpec? application, string name) =>
        application?.Previews?.Find(name) is { IsAutomatic: true } ? "every pull request" : PolicyWords.Of(application?.FindEnvironment(name)?.AutoDeploy);

    private static DeliverybotCheck Wrong(string path, string code, string message) => new(null, [new SpecError(path, 1, 1, code, message)]);
}
