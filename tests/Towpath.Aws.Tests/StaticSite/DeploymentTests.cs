namespace Towpath.Aws.Tests.StaticSite;

public sealed class DeploymentTests
{
    private const string Forever = "public, max-age=31536000, immutable";
    private const string Revalidate = "public, max-age=0, must-revalidate";

    [Fact, Trait("Row", "O5"), Trait("Row", "P9")]
    public async Task First_deployment_writes_every_file_with_its_type_and_cache_header_and_records_the_key()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1",
            ("index.html", "<h1>1</h1>"), ("assets/app-BdT4kLxQ.js", "app 1"), ("assets/app-BdT4kLxQ.js.map", "{}"), ("favicon.ico", "icon"), ("docs/a b+ü.html", "page"),
            ("module.mjs", "m"), ("site.webmanifest", "{}"), (".well-known/apple-app-site-association", "{}"), ("LICENSE", "free")));

        Assert.Equal(("app 1", "text/javascript; charset=utf-8", Forever), (bed.TextOf("assets/app-BdT4kLxQ.js"), bed.HeaderOf("assets/app-BdT4kLxQ.js", "Content-Type"), bed.HeaderOf("assets/app-BdT4kLxQ.js", "Cache-Control")));
        Assert.Equal(("<h1>1</h1>", "text/html; charset=utf-8", Revalidate), (bed.TextOf("index.html"), bed.HeaderOf("index.html", "Content-Type"), bed.HeaderOf("index.html", "Cache-Control")));
        Assert.Equal(("page", Revalidate), (bed.TextOf("docs/a b+ü.html"), bed.HeaderOf("docs/a b+ü.html", "Cache-Control")));
        Assert.Equal(
            ["text/javascript; charset=utf-8", "application/manifest+json; charset=utf-8", "application/json; charset=utf-8", "application/octet-stream"],
            new[] { "module.mjs", "site.webmanifest", ".well-known/apple-app-site-association", "LICENSE" }.Select(key => bed.HeaderOf(key, "Content-Type")));
        Assert.Equal(9, bed.Keys.Count);
        Assert.Equal("builds/docs/v1.zip", bed.Ssm.ValueOf(SiteBed.Account, SiteBed.Region, "/docs/dev/artifact-key"));
        Assert.Empty(bed.CloudFront.InvalidatedPaths(bed.Distribution));
    }

    [Fact, Trait("Row", "O5")]
    public async Task Pages_are_written_after_everything_that_they_refer_to_and_the_manifest_last()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1",
            ("index.html", "1"), ("a/page.html", "1"), ("style.css", "1"), ("assets/b-D3x_9kQz.css", "1"), ("assets/app-BdT4kLxQ.js", "1")));

        var puts = bed.Puts.Select(key => key["docs/".Length..]).ToList();
        Assert.Equal(".towpath/manifest.json", puts[0]);
        Assert.StartsWith(".towpath/releases/000001-", puts[1], StringComparison.Ordinal);
        Assert.Equal(["assets/app-BdT4kLxQ.js", "assets/b-D3x_9kQz.css"], puts[2..4].Order());
        Assert.Equal("style.css", puts[4]);
        Assert.Equal(["a/page.html", "index.html", ".towpath/manifest.json"], [.. puts[5..7].Order(), puts[7]]);
    }

    [Fact]
    public async Task Second_deployment_uploads_what_changed_removes_pages_that_are_gone_and_keeps_old_assets()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("old.html", "1"), ("about.html", "same"), ("assets/app-BdT4kLxQ.js", "1")));
        bed.Forget();
        await bed.DeployAsync(bed.Build("v2", ("index.html", "2"), ("about.html", "same"), ("new.html", "2"), ("assets/app-Q7dT9kLx.js", "2")));

        Assert.Equal(["docs/assets/app-Q7dT9kLx.js", "docs/index.html", "docs/new.html"], bed.Puts.Where(k => !k.Contains(".towpath", StringComparison.Ordinal)).Order());
        Assert.Equal(["about.html", "assets/app-BdT4kLxQ.js", "assets/app-Q7dT9kLx.js", "index.html", "new.html"], bed.Keys.Order());
        Assert.Equal(["/", "/index.html", "/old.html"], Assert.Single(bed.CloudFront.InvalidatedPaths(bed.Distribution)).Order());
    }

    [Fact]
    public async Task Visitors_are_shown_the_new_page_even_where_the_old_one_was_cached()
    {
        await using var bed = await SiteBed.StartAsync();
        bed.S3.Put(SiteBed.Bucket, "index.html", "by hand", ("Content-Type", "text/html"));
        Assert.Equal("by hand", await bed.VisitAsync(""));
        bed.S3.Put(SiteBed.Bucket, "index.html", "by hand again", ("Content-Type", "text/html"));
        Assert.Equal("by hand", await bed.VisitAsync(""));
        await bed.DeployAsync(bed.Build("v1", ("index.html", "deployed")));
        Assert.Equal("deployed", await bed.VisitAsync(""));
    }

    [Fact]
    public async Task Deployment_waits_until_CloudFront_has_forgotten()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1")));
        bed.CloudFront.InvalidationDelay = TimeSpan.FromSeconds(42);
        var run = await bed.DeployAsync(bed.Build("v2", ("index.html", "2")));
        Assert.Contains(run.Journal.Progress, p => p.Contains("InProgress", StringComparison.Ordinal));
        Assert.True(run.Journal.LongestSleep <= TimeSpan.FromSeconds(5));
        Assert.Single(bed.CloudFront.InvalidatedPaths(bed.Distribution));
    }

    [Fact]
    public async Task Nothing_changed_takes_three_requests_at_most()
    {
        await using var bed = await SiteBed.StartAsync();
        var artifact = bed.Build("v1", [.. Enumerable.Range(0, 50).Select(i => ($"page{i}.html", $"{i}"))]);
        await bed.DeployAsync(artifact);
        bed.Forget();
        bed.NewFolder();
        await bed.DeployAsync(artifact);
        // BedRun plans and runs in two processes; a command does both in one, and reads the manifest once.
        Assert.Equal(["GetObject", "GetObject", "HeadObject"], bed.Calls.Select(c => c.Operation));
    }

    [Fact]
    public async Task Twenty_changed_files_take_twenty_five_requests_at_most()
    {
        await using var bed = await SiteBed.StartAsync();
        (string, string)[] Files(string version) => [.. Enumerable.Range(0, 200).Select(i => ($"page{i}.html", i < 20 ? version : "same"))];
        await bed.DeployAsync(bed.Build("v1", Files("1")));
        var second = bed.Build("v2", Files("2"));
        bed.Forget();
        await bed.DeployAsync(second);
        // Without the plan's look, which the same process would not repeat, and without the artifact itself.
        Assert.InRange(bed.Calls.Count(c => c.Key.StartsWith("docs/", StringComparison.Ordinal)) - 1, 20, 25);
    }

    [Fact]
    public async Task Name_that_looks_hashed_but_stood_for_other_bytes_is_revalidated()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("logo-5f3e2a1bc9d84e70.svg", "1")));
        Assert.Equal(Forever, bed.HeaderOf("logo-5f3e2a1bc9d84e70.svg", "Cache-Control"));
        await bed.DeployAsync(bed.Build("v2", ("index.html", "1"), ("logo-5f3e2a1bc9d84e70.svg", "2")));
        Assert.Equal(("2", Revalidate), (bed.TextOf("logo-5f3e2a1bc9d84e70.svg"), bed.HeaderOf("logo-5f3e2a1bc9d84e70.svg", "Cache-Control")));
        Assert.Equal(["/logo-5f3e2a1bc9d84e70.svg"], Assert.Single(bed.CloudFront.InvalidatedPaths(bed.Distribution)));
        await bed.DeployAsync(bed.Build("v3", ("index.html", "3"), ("logo-5f3e2a1bc9d84e70.svg", "2")));
        Assert.Equal(Revalidate, bed.HeaderOf("logo-5f3e2a1bc9d84e70.svg", "Cache-Control"));
    }

    [Fact]
    public async Task Names_that_the_spec_or_the_build_lists_are_immutable_and_variants_lie_beside_their_files()
    {
        await using var bed = await SiteBed.StartAsync();
        bed.Settings["immutable"] = "_app/immutable/**";
        bed.Settings["manifest"] = ".vite/manifest.json";
        bed.Settings["compress"] = new System.Text.Json.Nodes.JsonArray("br", "gzip");
        var text = string.Concat(Enumerable.Repeat("many words ", 500));
        await bed.DeployAsync(bed.Build("v1",
            ("index.html", text), ("_app/immutable/start.js", "1"), ("bundle/main.js", text), ("bundle/other.js", "1"),
            (".vite/manifest.json", """{"src/main.ts":{"file":"bundle/main.js","src":"src/main.ts"}}""")));
        Assert.Equal([Forever, Forever, Revalidate], new[] { "_app/immutable/start.js", "bundle/main.js", "bundle/other.js" }.Select(key => bed.HeaderOf(key, "Cache-Control")));
        Assert.Equal(("br", "text/javascript; charset=utf-8", Forever), (bed.HeaderOf("bundle/main.js.br", "Content-Encoding"), bed.HeaderOf("bundle/main.js.br", "Content-Type"), bed.HeaderOf("bundle/main.js.br", "Cache-Control")));
        Assert.Equal(("gzip", Revalidate), (bed.HeaderOf("index.html.gz", "Content-Encoding"), bed.HeaderOf("index.html.gz", "Cache-Control")));
        Assert.DoesNotContain("bundle/other.js.br", bed.Keys);
    }

    [Fact]
    public async Task Site_in_a_folder_of_a_bucket_leaves_the_rest_of_the_bucket_alone()
    {
        await using var bed = await SiteBed.StartAsync();
        bed.S3.Put(SiteBed.Bucket, "other/index.html", "somebody else's");
        bed.Settings["prefix"] = "sites/docs";
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1")));
        await bed.DeployAsync(bed.Build("v2", ("index.html", "2")));
        Assert.Equal(("2", "somebody else's"), (bed.TextOf("sites/docs/index.html"), bed.TextOf("other/index.html")));
        Assert.Equal(["/sites/docs", "/sites/docs/", "/sites/docs/index.html"], Assert.Single(bed.CloudFront.InvalidatedPaths(bed.Distribution)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Site_that_was_put_there_by_other_means_is_deployed_over_without_sending_its_bytes_again()
    {
        await using var bed = await SiteBed.StartAsync();
        bed.S3.Put(SiteBed.Bucket, "index.html", "same", ("Content-Type", "binary/octet-stream"));
        bed.S3.Put(SiteBed.Bucket, "assets/app-BdT4kLxQ.js", "same too");
        bed.S3.Put(SiteBed.Bucket, "old.html", "not ours");
        await bed.DeployAsync(bed.Build("v1", ("index.html", "same"), ("assets/app-BdT4kLxQ.js", "same too"), ("new.html", "new")));
        Assert.Equal(["docs/new.html"], bed.Puts.Where(k => !k.Contains(".towpath", StringComparison.Ordinal)));
        Assert.Equal(("text/html; charset=utf-8", Revalidate), (bed.HeaderOf("index.html", "Content-Type"), bed.HeaderOf("index.html", "Cache-Control")));
        Assert.Equal(Forever, bed.HeaderOf("assets/app-BdT4kLxQ.js", "Cache-Control"));
        Assert.Equal("not ours", bed.TextOf("old.html"));
    }

    [Fact]
    public async Task Progress_tells_files_bytes_and_rate()
    {
        await using var bed = await SiteBed.StartAsync();
        var run = await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("assets/app-BdT4kLxQ.js", "1")));
        Assert.Contains(run.Journal.Lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^assets: assets: 1 files, 0\.0 MB, \d+\.\d MB/s", default, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Large_file_is_sent_as_it_is_read()
    {
        await using var bed = await SiteBed.StartAsync();
        var large = string.Concat(Enumerable.Range(0, 400_000));
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("video.mp4", large), ("zz.txt", "after it")));
        Assert.Equal(large, bed.TextOf("video.mp4"));
        Assert.Equal("after it", bed.TextOf("zz.txt"));
    }

    [Fact]
    public async Task Site_too_large_for_memory_is_sent_from_where_it_was_unpacked()
    {
        await using var bed = await SiteBed.StartAsync();
        var large = string.Concat(Enumerable.Range(0, 10_000_000));
        Assert.True(large.Length > 64 << 20);
        await bed.DeployAsync(bed.Build("v1", ("index.html", "<p>1"), ("a.txt", "before it"), ("video.mp4", large), ("zz.txt", "after it")));
        Assert.Equal(("before it", "after it", "<p>1"), (bed.TextOf("a.txt"), bed.TextOf("zz.txt"), bed.TextOf("index.html")));
        Assert.True(large == bed.TextOf("video.mp4"), "the large file is there as it was built");
    }

    [Fact]
    public async Task Assets_that_no_kept_release_has_go_after_a_while_and_those_of_the_known_good_one_stay()
    {
        await using var bed = await SiteBed.StartAsync();
        bed.Settings["keep_releases"] = 1;
        bed.Settings["prune_after"] = 3600;
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("assets/app-AAAA1aB2.js", "1")));
        await bed.DeployAsync(bed.Build("v2", ("index.html", "2"), ("assets/app-BBBB1aB2.js", "2")));
        await bed.DeployAsync(bed.Build("v3", ("index.html", "3"), ("assets/app-CCCC1aB2.js", "3")));
        Assert.Equal(3, bed.Keys.Count(k => k.StartsWith("assets/", StringComparison.Ordinal)));
        bed.Aws.Time.Advance(TimeSpan.FromHours(2));
        await bed.DeployAsync(bed.Build("v4", ("index.html", "4"), ("assets/app-DDDD1aB2.js", "4")));
        Assert.Equal(["assets/app-CCCC1aB2.js", "assets/app-DDDD1aB2.js"], bed.Keys.Where(k => k.StartsWith("assets/", StringComparison.Ordinal)).Order());
    }
}
