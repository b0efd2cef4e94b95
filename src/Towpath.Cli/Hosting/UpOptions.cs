using System.CommandLine;
using Towpath.Cli.CommandLine;

namespace Towpath.Cli.Hosting;

/// <summary>How the control plane is told where everything is: options over <c>towpath.yaml</c> over defaults.</summary>
internal sealed class UpOptions
{
    public Option<string> Config { get; } = Parameters.Text("--config", "FILE", "the operator's settings (default: towpath.yaml here, where there is one)");

    public Option<string> Apps { get; } = Parameters.Text("--apps", "DIR", "the folder with organization.yaml and apps/");

    public Option<string> Data { get; } = Parameters.Text("--data", "DIR", "database, keys and the administrator's token (default: .towpath)");

    public Option<string> Urls { get; } = Parameters.Text("--urls", "URL", "where to listen; several with ; between them (default: http://127.0.0.1:8470)");

    public Option<string> Database { get; } = Parameters.Text("--database", "URL", "sqlite:PATH or postgres://… (default: towpath.db in the data folder)");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Config, Apps, Data, Urls, Database]) command.Options.Add(option);
    }
}
