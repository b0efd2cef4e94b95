using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Has a delivery handled again.</summary>
internal sealed class DeliveriesReplay : ServerVerb
{
    private readonly Argument<string> _guid = new("ID") { Description = "the delivery's id, as `towpath deliveries list` shows it" };

    public DeliveriesReplay()
        : base("replay", "have a delivery handled again") => Arguments.Add(_guid);

    public override IReadOnlyList<string> Examples => ["towpath deliveries replay 72d3162e-cc78-11e3-81ab-4c9367dc0958"];

    public override string JsonValue => "the delivery: guid, event, action, state, note, received_at, handled_at";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var answer = await api.PostAsync($"github/deliveries/{Escape(call.Get(_guid))}/replay", ApiJson.Default.DeliveryView, cancellationToken);
        return answer.Is(out var delivery, out var failure)
            ? call.Done(delivery, ApiJson.Default.DeliveryView, output => output.WriteLine(Terminal.Clean($"{delivery.Guid}: {DeliveryText.What(delivery)} is {DeliveryText.State(delivery.State)}")))
            : call.Fail(failure);
    }
}
