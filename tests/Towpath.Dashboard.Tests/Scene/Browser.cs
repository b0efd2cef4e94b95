using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Towpath.Dashboard.Tests.Scene;
using Towpath.Testing;

[assembly: AssemblyFixture(typeof(Browser))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Towpath.Dashboard.Tests.Scene;

/// <summary>The system's Chromium, one for all tests, with a fresh profile for each reader.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>How long anything is waited for, in milliseconds. No test depends on how long something takes, and the machine may have much else to do.</summary>
    public const int Waits = 180_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Waits);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task<Reader> OpenAsync(DashboardServer server, string? user, ReaderOptions? options = null)
    {
        var chosen = options ?? new ReaderOptions();
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = server.Url, JavaScriptEnabled = chosen.Scripts, ColorScheme = chosen.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = chosen.Phone ? new ViewportSize { Width = 360, Height = 740 } : new ViewportSize { Width = 1360, Height = 900 },
        });
        var reader = new Reader(context, await context.NewPageAsync());
        if (user is not null) await reader.LogInAsync(await server.TokenAsync(user));
        return reader;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

public sealed record ReaderOptions(bool Scripts = true, bool Dark = false, bool Phone = false);

/// <summary>One person with one browser. Anything that its console complains of fails the test that asks.</summary>
public sealed class Reader : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();

    public Reader(IBrowserContext context, IPage page)
    {
        Context = context;
        Page = page;
        Watch(page);
        page.SetDefaultTimeout(Browser.Waits);
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public IReadOnlyCollection<string> Complaints => _complaints;

    public void Forget() => _complaints.Clear();

    public async Task<IPage> NewTabAsync()
    {
        var page = await Context.NewPageAsync();
        Watch(page);
        return page;
    }

    public async Task LogInAsync(string token)
    {
        await Page.GotoAsync("/login");
        // Where others vouch for people, it stands behind them.
        if (await Page.Locator("details.token").CountAsync() > 0) await Page.Locator("details.token > summary").ClickAsync();
        await Page.GetByLabel("API token").FillAsync(token);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await ArrivesAtAsync("/");
    }

    public Task VisitAsync(string path) => Page.GotoAsync(path);

    /// <summary>
    /// Waits until the page of this address is there with its scripts. Asks again and again: the library's own wait misses the event
    /// when it comes between its look at the page and its subscription.
    /// </summary>
    /// <param name="address">The path and query, where <c>*</c> stands for anything without a slash.</param>
    public Task ArrivesAtAsync(string address)
    {
        var expected = new Regex("^" + Regex.Escape(address).Replace("\\*", "[^/]*", StringComparison.Ordinal) + " complete$", RegexOptions.NonBacktracking);
        return Patience.UntilAsync(async () => expected.IsMatch(await WhereAsync()), async () => $"found {await WhereAsync()}", address);
    }

    public ValueTask DisposeAsync() => Context.DisposeAsync();

    private async Task<string> WhereAsync()
    {
        try
        {
            return await Page.EvaluateAsync<string>("location.pathname + location.search + location.hash + ' ' + document.readyState");
        }
        catch (PlaywrightException) when (!Page.IsClosed)
        {
            return "a page on its way";
        }
    }

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Dialog += async (_, dialog) =>
        {
            _complaints.Enqueue("a dialog opened: " + dialog.Message);
            await dialog.DismissAsync();
        };
    }
}

/// <summary>axe-core, fetched once; it is no part of the sources.</summary>
internal static class Axe
{
    private const string Version = "4.14.1";

    private static readonly Lazy<Task<string>> Source = new(FetchAsync);

    /// <summary>What it finds on the page as it is, one line for each rule.</summary>
    public static async Task<string> CheckAsync(IPage page)
    {
        await page.EvaluateAsync(await Source.Value);
        return await page.EvaluateAsync<string>("""
            async () => (await axe.run()).violations.map(v => `${v.id}: ${v.help}\n` + v.nodes.map(n => `    ${n.html}\n    ${n.failureSummary}`).join('\n')).join('\n')
            """);
    }

    private static async Task<string> FetchAsync()
    {
        var folder = Path.Combine(Checkout.Packages, "axe-core-" + Version);
        var file = Path.Combine(folder, "package", "axe.min.js");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(folder);
            await RunAsync(folder, "npm", "pack", "axe-core@" + Version);
            await RunAsync(folder, "tar", "-xzf", $"axe-core-{Version}.tgz");
        }

        return await File.ReadAllTextAsync(file);
    }

    private static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error} {await output}");
    }
}
