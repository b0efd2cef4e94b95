using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>The App in the store, encrypted, and what this replica knows of it. A replica that did not change it looks again every few seconds, so that no call has to.</summary>
public sealed partial class StoredApps(IStore store, IDataProtectionProvider protection, ILogger<StoredApps> logger)
{
    public const string Setting = "github.app";

    private readonly IDataProtector _protector = protection.CreateProtector("Towpath.GitHub.App");
    private volatile Known _known = new(null, null);

    public StoredApp? Current => _known.App;

    /// <summary>The store has an App which the key of this machine does not open.</summary>
    public bool IsUnreadable => _known is { Sealed: not null, App: null };

    /// <summary>What saves it; conflict where there is one already.</summary>
    public Change Save(StoredApp app) => new Change.SaveSetting(Setting, _protector.Protect(Convert.ToBase64String(app.Write())), OnlyIfAbsent: true);

    /// <summary>What removes it; conflict where there is none.</summary>
    public static Change Remove() => new Change.TakeSetting(Setting);

    /// <exception cref="StoreUnavailableException">Nobody knows; what was known stays.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var found = await store.Configuration.SettingAsync(Setting, cancellationToken);
        if (!string.Equals(found, _known.Sealed, StringComparison.Ordinal)) _known = new Known(found, found is null ? null : Open(found));
    }

    private StoredApp? Open(string found)
    {
        try
        {
            return StoredApp.Read(Convert.FromBase64String(_protector.Unprotect(found)));
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException or FormatException)
        {
            // Without the exception: parsers repeat what they read.
            Log.Unreadable(logger);
            return null;
        }
    }

    private sealed record Known(string? Sealed, StoredApp? App);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The GitHub App in the database cannot be opened: data-protection.key in the data folder is not the one that it was saved with. Give every replica the same file.")]
        public static partial void Unreadable(ILogger logger);
    }
}

/// <summary>Reads the App before anything else starts, and then again and again.</summary>
internal sealed partial class AppRefresh(StoredApps apps, TimeProvider time, ILogger<AppRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Every, time, stoppingToken);
            await TryAsync(stoppingToken);
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await apps.RefreshAsync(cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotNow(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The GitHub App cannot be looked up now: {Why}")]
        public static partial void NotNow(ILogger logger, string why);
    }
}
