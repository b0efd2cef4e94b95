using Towpath.AwsEmulator;

await using var emulator = await Emulator.StartAsync();
Console.WriteLine($"listening on {emulator.Url.GetLeftPart(UriPartial.Authority)}");
await Task.Delay(Timeout.InfiniteTimeSpan, emulator.Options.Time);
