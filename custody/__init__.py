"""What happens to vials: actions, the ledger, stays, holds, retrievals, viability."""
