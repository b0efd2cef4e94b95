using Towpath.Aws;
using Towpath.Cli.Client;
using Towpath.Cli.Output;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Target;
using Towpath.Local;
using Towpath.Oci;
using Towpath.Oci.Authentication;
using Towpath.Server;
using Towpath.Server.Features.Audit;

namespace Towpath.Cli.Hosting;

/// <summary>Composes the control plane: the server with this build's store and targets.</summary>
internal sealed class ControlPlane(UpSettings settings, TimeProvider time)
{
    /// <summary>Null where it listens; else why it does not.</summary>
    public async Task<Answer<RunningServer>> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(settings.DataFolder);
            var running = await TowpathServer.StartAsync(Options(), Compose, cancellationToken);
            if (running.Started.LoginUrl is not null)
                await new AdministratorToken(running.Services.GetRequiredService<IStore>(), running.Services.GetRequiredService<Audits>(), time)
                    .WriteAsync(settings.TokenFile, cancellationToken);
            return new Answer<RunningServer>(running, null);
        }
        catch (StoreRefusedException exception)
        {
            return new Answer<RunningServer>(null, new Failure(ExitCodes.Technical, "database_refused", exception.Message));
        }
        catch (StoreUnavailableException exception)
        {
            return new Answer<RunningServer>(null, new Failure(ExitCodes.Technical, "database_unavailable", exception.Message, "start the database, or name another with --database"));
        }
        catch (IOException exception) when (IsBusy(exception))
        {
            return new Answer<RunningServer>(null, new Failure(
                ExitCodes.Technical, "port_in_use", $"cannot listen on {string.Join(", ", settings.Operator.Urls)}: a port is in use by another program",
                "stop the other program, or listen elsewhere with --urls, such as --urls http://127.0.0.1:8471"));
        }
    }

    internal ServerOptions Options() => new()
    {
        Urls = settings.Operator.Urls,
        DataFolder = settings.DataFolder,
        ConfigurationFolder = settings.Operator.ConfigFolder,
        ConfigurationRepository = settings.Operator.Configuration,
        Deliverybot = settings.Operator.Deliverybot,
        Limits = settings.Operator.Limits,
        PublicUrl = settings.Operator.PublicUrl,
        GitHub = settings.GitHub,
        GitHubLogin = settings.Operator.Login.GitHub,
        OidcProviders = settings.OidcProviders,
        KeepDeliveries = settings.Operator.GitHub?.KeepDeliveries ?? GitHubSettings.KeptByDefault,
        Engine = new EngineOptions { NodeName = settings.HostName, Capabilities = [$"host:{settings.HostName.ToLowerInvariant()}"] },
    };

    // One machine with SQLite needs no `host:` in its specs; several machines that share a database do.
    internal void Compose(IServiceCollection services) => services
        .AddTowpathLocal(new LocalOptions(settings.HostName, HostRequired: !settings.IsSqlite, settings.Operator.Limits, settings.DataFolder))
        .AddTowpathAws(AwsOf.Everybody(settings.Operator, settings.DataFolder))
        .AddSingleton<IRegistryCredentials, EcrRegistryCredentials>().AddTowpathOci(new OciOptions())
        .AddGitHubTarget()
        .AddSingleton(_ => StoreFactory.Open(settings.Database, time));

    private static bool IsBusy(Exception exception) =>
        exception is Microsoft.AspNetCore.Connections.AddressInUseException || (exception.InnerException is { } inner && IsBusy(inner))
        || exception is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse };
}
