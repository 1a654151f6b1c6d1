// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/play/audio_device.h"

#include <QDialog>

#include <vector>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLabel;
class QPushButton;
class QSettings;
QT_END_NAMESPACE

namespace continuo::ui {

class Player;

/// What the studio is heard through: driver, device and buffer, what of it is open, and a note to
/// try it with. A choice holds at once and is remembered. GUI thread only.
class SoundDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `player` and `settings` are borrowed and must outlive the dialog.
    SoundDialog(Player& player, QSettings& settings, QWidget* parent = nullptr);

private:
    void layOut();
    void showDrivers(const std::vector<AudioDriver>& drivers);
    void showDevices();
    void showBuffer();
    void showState();
    void choose(const AudioOptions& options);
    QString stateInWords() const;

    Player& m_player;
    QSettings& m_settings;
    std::vector<AudioDriver> m_drivers{};
    bool m_hasLooked = false; ///< The drivers are known.
    QComboBox* m_driver;
    QComboBox* m_device;
    QComboBox* m_frames;
    QComboBox* m_periods;
    QLabel* m_late;
    QLabel* m_state;
    QPushButton* m_test;
    QPushButton* m_again;
};

} // namespace continuo::ui
