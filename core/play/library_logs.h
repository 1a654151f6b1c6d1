// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace continuo {

/// FluidSynth, libasound, libjack and PipeWire speak to standard error unless told otherwise, for the whole
/// process. From here on what they say goes to the log, or nowhere: a device that is not there is nothing that
/// needs looking after. Any thread, any number of times.
void takeOverLibraryLogs();

} // namespace continuo
