// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/learn/device.h"

#ifdef CONTINUO_HAS_SOUND
#include "core/play/audio_device.h"
#include "core/play/midi_ports.h"
#endif

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;

int devices(const CommandContext& context)
{
    ordered_json json{{"compute", ordered_json::array()},
                      {"midiIn", ordered_json::array()},
                      {"midiOut", ordered_json::array()},
                      {"audio", ordered_json::array()}};
    context.print("Compute:");
    for (const ComputeDevice& device : computeDevices()) {
        json["compute"].push_back({{"id", device.id},
                                   {"name", device.name},
                                   {"available", device.isAvailable},
                                   {"memoryBytes", device.memoryBytes},
                                   {"precisions", device.precisions},
                                   {"reason", device.reason}});
        const std::string told =
            device.isAvailable ? fmt::format(": {}", fmt::join(device.precisions, ", "))
                               : (device.name.empty() ? "" : ": ") + device.reason;
        context.print(fmt::format("  {:8} {}{}", device.id, device.name, told));
    }
#ifdef CONTINUO_HAS_SOUND
    const MidiPorts ports = listMidiPorts();
    json["midiIn"] = ports.inputs;
    json["midiOut"] = ports.outputs;
    json["midiMissingBecause"] = ports.missingBecause;
    const auto list = [&](std::string_view title, const std::vector<std::string>& names) {
        context.print(title);
        for (const std::string& name : names)
            context.print("  " + name);
        if (names.empty())
            context.print("  none" + (ports.missingBecause.empty() ? "" : ": " + ports.missingBecause));
    };
    list("MIDI inputs:", ports.inputs);
    list("MIDI outputs:", ports.outputs);
    context.print("Audio drivers:");
    for (const AudioDriver& driver : audioDrivers()) {
        json["audio"].push_back({{"driver", driver.name}, {"devices", driver.devices}});
        std::string line = "  " + driver.name;
        for (const std::string& device : driver.devices)
            line += (device == driver.devices.front() ? ": " : ", ") + device;
        context.print(line);
    }
#else
    json["soundMissingBecause"] = "This program was built without sound.";
    context.print("Sound and MIDI ports: this program was built without them.");
#endif
    if (context.isJson)
        context.print(json);
    return 0;
}

} // namespace

void addDevicesCommand(CLI::App& app, CommandContext& context)
{
    CLI::App* const command =
        app.add_subcommand("devices", "List what can compute, MIDI ports and audio drivers, and why something is missing");
    context.addCommonOptions(*command);
    command->callback([&context] { context.exitCode = devices(context); });
}

} // namespace continuo::cli
